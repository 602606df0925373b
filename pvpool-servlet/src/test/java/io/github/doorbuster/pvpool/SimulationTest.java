package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.github.doorbuster.pvpool.jdbc.FakeDatabase;
import io.github.doorbuster.pvpool.jdbc.FakeDatabase.Protection;
import io.github.doorbuster.pvpool.journal.FakeFolder;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Every seed is exact, and without one of the protections some seed is not.
 *
 * <p>The profile {@code simulate} runs 1,000,000 seeds; {@code -Ddoorbuster.seed=42} replays one.
 */
class SimulationTest {

    private static final long SEEDS = Long.getLong("doorbuster.seeds", 2000);
    private static final long FIRST_SEED = Long.getLong("doorbuster.seed", 0);
    private static final int SEEDS_OF_CONTROL = 1000;

    /** The pools of the simulation log thousands of faults. */
    private static final TurboFilter SILENCE = new TurboFilter() {
        @Override
        public FilterReply decide(
                Marker marker, Logger logger, Level level, String format, Object[] params, Throwable cause) {
            return SIMULATING.contains(Thread.currentThread()) ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    };

    private static final Set<Thread> SIMULATING = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void silence() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).addTurboFilter(SILENCE);
    }

    @AfterEach
    void endSilence() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getTurboFilterList().remove(SILENCE);
    }

    @Test
    void everySeedCountsExactly() throws Exception {
        Set<String> fired = ConcurrentHashMap.newKeySet();
        AtomicLong next = new AtomicLong(FIRST_SEED);
        long end = FIRST_SEED + (FIRST_SEED > 0 ? 1 : SEEDS);
        onEachProcessor(() -> {
            Map<String, Integer> firedHere = new HashMap<>();
            for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
                assertThat(violation(seed, firedHere, Set.of(), true))
                        .as("seed %d; replay it with -Ddoorbuster.seed=%d", seed, seed)
                        .isEmpty();
            }
            fired.addAll(firedHere.keySet());
        });
        if (FIRST_SEED == 0) {
            assertThat(fired).as("what has happened at least once").containsAll(everyKind());
        }
    }

    private static void onEachProcessor(Runnable seeds) throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(processors);
        try {
            for (Future<Object> done : threads.invokeAll(Collections.nCopies(processors, Executors.callable(seeds)))) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Set<String> everyKind() {
        Set<String> kinds = new TreeSet<>();
        for (Simulation.Event event : Simulation.Event.values()) {
            kinds.add(event.name());
        }
        for (FakeDatabase.Fault fault : FakeDatabase.Fault.values()) {
            kinds.add(fault.name());
        }
        for (FakeFolder.Fault fault : FakeFolder.Fault.values()) {
            kinds.add(fault.name());
        }
        return kinds;
    }

    private static String violation(long seed, Map<String, Integer> fired, Set<Protection> off, boolean forceWorks) {
        SIMULATING.add(Thread.currentThread());
        try {
            return Simulation.run(seed, fired, off, forceWorks);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        } finally {
            SIMULATING.remove(Thread.currentThread());
        }
    }

    @ParameterizedTest
    @EnumSource(Protection.class)
    void withoutProtectionSomeSeedIsWrong(Protection protection) {
        assertThat(someSeedIsWrong(EnumSet.of(protection), true)).isTrue();
    }

    @Test
    void withoutFsyncSomeSeedIsWrong() {
        assertThat(someSeedIsWrong(Set.of(), false)).isTrue();
    }

    private static boolean someSeedIsWrong(Set<Protection> off, boolean forceWorks) {
        for (long seed = 0; seed < SEEDS_OF_CONTROL; seed++) {
            if (!violation(seed, new HashMap<>(), off, forceWorks).isEmpty()) {
                return true;
            }
        }
        return false;
    }
}
