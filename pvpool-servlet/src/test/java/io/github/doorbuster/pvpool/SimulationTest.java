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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
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
            return Thread.currentThread() == simulating ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    };

    private static volatile @Nullable Thread simulating;

    @BeforeEach
    void silence() {
        simulating = Thread.currentThread();
        ((LoggerContext) LoggerFactory.getILoggerFactory()).addTurboFilter(SILENCE);
    }

    @AfterEach
    void endSilence() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getTurboFilterList().remove(SILENCE);
        simulating = null;
    }

    @Test
    void everySeedCountsExactly() {
        Map<String, Integer> fired = new HashMap<>();
        long seeds = FIRST_SEED > 0 ? 1 : SEEDS;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
            assertThat(violation(seed, fired, Set.of(), true))
                    .as("seed %d; replay it with -Ddoorbuster.seed=%d", seed, seed)
                    .isEmpty();
        }
        if (FIRST_SEED == 0) {
            assertThat(fired.keySet()).as("what has happened at least once").containsAll(everyKind());
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
        try {
            return Simulation.run(seed, fired, off, forceWorks);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
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
