package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.buylock.Simulation.Violation;
import io.github.doorbuster.buylock.SimulationPlan.Fault;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Nodes, buyers and a memcached under virtual time, with faults.
 *
 * <p>The profile {@code simulate} runs 1,000,000 seeds; {@code -Ddoorbuster.seed=42} replays one.
 */
class SimulationTest {

    private static final long SEEDS = Long.getLong("doorbuster.seeds", 2_000);
    private static final long REPLAYED = Long.getLong("doorbuster.seed", 0);
    private static final int SEEDS_OF_CONTROLS = 1_000;

    @Test
    void whatMustAlwaysBeTrueIsTrueUnderEveryFault() {
        Set<Fault> fired = EnumSet.noneOf(Fault.class);
        long first = Math.max(1, REPLAYED);
        long last = REPLAYED > 0 ? REPLAYED : SEEDS;
        for (long seed = first; seed <= last; seed++) {
            fired.addAll(new Simulation(SimulationPlan.of(seed), UnaryOperator.identity(), Turn::new).run());
        }
        if (REPLAYED == 0) {
            assertThat(fired).as("each kind of fault happens").containsExactlyInAnyOrder(Fault.values());
        }
    }

    private static void runControl(UnaryOperator<LockStore> control, Function<BuyLockConfig, Turn> turns) {
        runControl(plan -> true, control, turns);
    }

    private static void runControl(
            Predicate<SimulationPlan> plans, UnaryOperator<LockStore> control, Function<BuyLockConfig, Turn> turns) {
        LongStream.iterate(1, seed -> seed + 1)
                .mapToObj(SimulationPlan::of)
                .filter(plans)
                .limit(SEEDS_OF_CONTROLS)
                .forEach(plan -> new Simulation(plan, control, turns).run());
    }

    /** Only where a lease is lost, somebody else can have its key. */
    private static boolean losesLeases(SimulationPlan plan) {
        return plan.has(Fault.MEMCACHED_FLUSHED)
                || plan.has(Fault.MEMCACHED_EVICTS)
                || plan.has(Fault.MEMCACHED_RESTARTS);
    }

    @Test
    void withoutAComparisonOfTokensAViolationIsFound() {
        assertThatThrownBy(() -> runControl(SimulationTest::losesLeases, UncheckedToken::new, Turn::new))
                .isInstanceOf(Violation.class);
    }

    @Test
    void withoutTheOwnerOfTicketsAViolationIsFound() {
        assertThatThrownBy(() -> runControl(OwnTicketCounts::new, Turn::new)).isInstanceOf(Violation.class);
    }

    @Test
    void withTicketsThatCountFromOneAgainAViolationIsFound() {
        assertThatThrownBy(() -> runControl(plan -> plan.has(Fault.COUNTERS_EVICTED), RepeatedTickets::new, Turn::new))
                .isInstanceOf(Violation.class);
    }

    @Test
    void withoutABoundOnTurnsAViolationIsFound() {
        assertThatThrownBy(() -> runControl(UnaryOperator.identity(), UnboundedTurn::new))
                .isInstanceOf(Violation.class);
    }

    /** Hands over and releases whatever lease holds the key, and takes it for its own. */
    private static final class UncheckedToken extends DelegatingStore {

        private final Map<String, String> own = new HashMap<>();

        UncheckedToken(LockStore store) {
            super(store);
        }

        @Override
        public CompletionStage<Boolean> acquire(Lease lease) {
            own.put(lease.key(), lease.token());
            return super.acquire(lease);
        }

        @Override
        public CompletionStage<KeyState> read(String key, @Nullable String line) {
            return super.read(key, line).thenApply(seen -> {
                if (line == null) {
                    own.put(key, String.valueOf(seen.token()));
                    return seen;
                }
                return new KeyState(own.get(key), seen.note(), seen.lastTicket(), seen.mark(), null);
            });
        }

        @Override
        public CompletionStage<Boolean> replace(Lease held, Lease next) {
            return super.read(held.key(), null).thenCompose(seen -> super.replace(holder(held, seen), next));
        }

        @Override
        public CompletionStage<Boolean> release(Lease lease) {
            return super.read(lease.key(), null).thenCompose(seen -> super.release(holder(lease, seen)));
        }

        private static Lease holder(Lease lease, KeyState seen) {
            return seen.token() == null ? lease : new Lease(lease.key(), seen.token(), lease.duration(), seen.note());
        }
    }

    /** A node takes its own ticket for that of another node that waits. */
    private static final class OwnTicketCounts extends DelegatingStore {

        OwnTicketCounts(LockStore store) {
            super(store);
        }

        @Override
        public CompletionStage<Long> takeTicket(String key, String line, long first) {
            return super.takeTicket(key, line, first).thenApply(ticket -> ticket + 1);
        }
    }

    /** A counter that was lost returns the same tickets again. */
    private static final class RepeatedTickets extends DelegatingStore {

        RepeatedTickets(LockStore store) {
            super(store);
        }

        @Override
        public CompletionStage<Long> takeTicket(String key, String line, long first) {
            return super.takeTicket(key, line, 1);
        }
    }

    /** Lasts for as long as this node has waiters. */
    private static final class UnboundedTurn extends Turn {

        UnboundedTurn(BuyLockConfig config) {
            super(config);
        }

        @Override
        boolean isOver(long now) {
            return false;
        }
    }
}
