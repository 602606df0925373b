package io.github.doorbuster.buylock;

import io.github.doorbuster.buylock.SimulationPlan.Fault;
import io.github.doorbuster.buylock.memcached.FakeMemcached;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Runs one {@link SimulationPlan} under virtual time, and checks at every step what must always be true. */
final class Simulation {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int LEASE_SECONDS = 5;
    private static final int MAX_HOLD_SECONDS = 8;
    private static final long LATENCY = TimeUnit.MICROSECONDS.toNanos(150);

    private final SimulationPlan plan;
    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final FakeMemcached memcached;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, List<Purchase>> running = new HashMap<>();
    /** Since when a node owns an item, without a pause. */
    private final Map<Ownership, Long> ownerships = new HashMap<>();

    private final Map<String, Long> freeSince = new HashMap<>();
    private final Set<Fault> fired = EnumSet.noneOf(Fault.class);
    private int answers;
    private int expectedAnswers;
    private long jumpMicros;
    private @Nullable Violation violation;

    /** A violation of an invariant. */
    static final class Violation extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Violation(String what, SimulationPlan plan) {
            super("%s; replay it with -Ddoorbuster.seed=%d: %s".formatted(what, plan.seed(), plan), null, false, false);
        }
    }

    private final class Node {

        private final int number;
        private final NodeTimers timers = new NodeTimers(time);
        private final BuyLock lock;
        private final Map<String, Integer> waiting = new HashMap<>();
        private final Map<String, Long> waitingSince = new HashMap<>();
        private boolean closed;

        Node(int number, BuyLockConfig config, UnaryOperator<LockStore> control, Function<BuyLockConfig, Turn> turns) {
            this.number = number;
            long skew = number == 0 || plan.skewMicros() == 0 ? 0 : random.nextLong(plan.skewMicros());
            Scheduler scheduler = new Scheduler(
                    time::now, () -> TimeUnit.NANOSECONDS.toMicros(time.now()) + skew + jumpMicros, timers);
            lock = new BuyLock(config, control.apply(memcached.connect(timers)), scheduler, Runnable::run, null, turns);
        }
    }

    /** A buyer who holds an item. */
    private record Purchase(Node node, Grant grant, long ownedSince) {}

    /** Creates a run; a control switches a protection off, in the store or in the turns. */
    Simulation(SimulationPlan plan, UnaryOperator<LockStore> control, Function<BuyLockConfig, Turn> turns) {
        this.plan = plan;
        this.random = new Random(plan.seed());
        this.memcached = new FakeMemcached(time, random, LATENCY, true);
        memcached.chooseCommands(plan.seed());
        BuyLockConfig config = BuyLockConfig.builder()
                .leaseSeconds(LEASE_SECONDS)
                .maxHoldSeconds(MAX_HOLD_SECONDS)
                .permits(plan.permits())
                .waitMillis(plan.waitMillis())
                .build();
        for (int i = 0; i < plan.nodes(); i++) {
            nodes.add(new Node(i, config, control, turns));
        }
    }

    /** Runs the plan, and returns the faults that happened. */
    Set<Fault> run() {
        for (int i = 0; i < plan.buyers(); i++) {
            time.after(random.nextLong(plan.arrivalNanos()), this::arrive);
        }
        long faultsEnd = plan.arrivalNanos() + SECOND;
        plan.faults().forEach((fault, times) -> {
            for (int i = 0; i < times; i++) {
                time.after(random.nextLong(faultsEnd), () -> happen(fault));
            }
        });
        time.runUntil(time.now() + faultsEnd);
        long end = time.now() + plan.waitMillis() * MILLI + 2L * SECOND * (MAX_HOLD_SECONDS + LEASE_SECONDS);
        while (time.now() < end && violation == null && !isQuiet()) {
            time.runUntil(time.now() + 100 * MILLI);
        }
        if (violation != null) {
            throw violation;
        }
        checkEnd();
        return fired;
    }

    private boolean isQuiet() {
        return answers == expectedAnswers
                && memcached.lockedKeys().isEmpty()
                && nodes.stream()
                        .allMatch(node ->
                                node.timers.isDead() || node.lock.snapshot().items() == 0);
    }

    private void arrive() {
        Node node = nodes.get(random.nextInt(nodes.size()));
        String item = String.valueOf(random.nextInt(plan.items()));
        boolean leaves = plan.has(Fault.BUYER_LEAVES) && random.nextInt(4) == 0;
        node.timers.onNode(() -> new Buyer(node, item).request(leaves));
    }

    private final class Buyer implements GrantListener {

        private final Node node;
        private final String item;
        private boolean answered;

        Buyer(Node node, String item) {
            this.node = node;
            this.item = item;
        }

        void request(boolean leaves) {
            expectedAnswers++;
            startWaiting();
            PendingGrant pending = node.lock.request(item, true, this);
            time.after(plan.waitMillis() * MILLI + 2 * SECOND, this::mustBeAnswered);
            if (leaves) {
                time.after(random.nextLong(50 * MILLI), () -> node.timers.onNode(() -> leave(pending)));
            }
        }

        private void leave(PendingGrant pending) {
            if (pending.cancel()) {
                fired.add(Fault.BUYER_LEAVES);
                answer();
            }
        }

        private void mustBeAnswered() {
            if (answered || node.timers.isDead()) {
                return;
            }
            check(
                    !plan.isHealthy() && (node.timers.isPaused() || plan.has(Fault.NODE_PAUSES)),
                    "a buyer waits too long");
        }

        private void answer() {
            check(!answered, "a buyer was answered twice");
            answered = true;
            answers++;
            stopWaiting();
        }

        private void startWaiting() {
            if (node.waiting.merge(item, 1, Integer::sum) == 1) {
                node.waitingSince.put(item, time.now());
            }
        }

        private void stopWaiting() {
            node.waiting.merge(item, -1, Integer::sum);
            node.waitingSince.put(item, time.now());
        }

        @Override
        public void rejected(RejectedException.Reason reason) {
            answer();
        }

        @Override
        public void granted(Grant grant) {
            checkIdle(item);
            checkStarvation(node, item);
            answer();
            long since = ownerships.computeIfAbsent(grant.ownership(), key -> time.now());
            Purchase purchase = new Purchase(node, grant, since);
            checkExclusive(purchase);
            running.computeIfAbsent(item, key -> new ArrayList<>()).add(purchase);
            time.after(hold(), () -> node.timers.onNode(() -> end(purchase)));
        }

        private long hold() {
            if (plan.has(Fault.PURCHASE_HANGS) && random.nextInt(20) == 0) {
                fired.add(Fault.PURCHASE_HANGS);
                return random.nextBoolean() ? SECOND : 30 * SECOND;
            }
            if (plan.has(Fault.PURCHASE_THROWS) && random.nextInt(5) == 0) {
                fired.add(Fault.PURCHASE_THROWS);
                return 0;
            }
            return plan.holdNanos() / 2 + random.nextLong(plan.holdNanos());
        }

        private void end(Purchase purchase) {
            List<Purchase> ofItem = running.get(item);
            ofItem.remove(purchase);
            if (ofItem.isEmpty()) {
                freeSince.put(item, time.now());
            }
            purchase.grant.close();
        }
    }

    /** At most {@code permits} purchases with a valid lease, all on one node. */
    private void checkExclusive(Purchase begins) {
        if (begins.grant.scope() != Grant.Scope.CLUSTER) {
            check(!plan.isHealthy(), "a purchase has no lease although nothing is wrong");
            return;
        }
        int valid = 1;
        for (Purchase other : running.getOrDefault(begins.grant.itemId(), List.of())) {
            if (other.grant.scope() == Grant.Scope.CLUSTER && other.grant.leaseHolds() && !other.node.timers.isDead()) {
                valid++;
                check(
                        other.node == begins.node || isExcused(other) || isExcused(begins),
                        "nodes %d and %d hold item %s at once"
                                .formatted(other.node.number, begins.node.number, begins.grant.itemId()));
            }
        }
        check(valid <= plan.permits() || memcached.destroyedAt() > 0, "more purchases than permits");
        check(begins.grant.leaseHolds(), "a purchase begins without its lease");
    }

    /** A fault has destroyed the lease, and its node has had no time to notice. */
    private boolean isExcused(Purchase other) {
        long longest = LEASE_SECONDS * SECOND / 3 + SECOND;
        // A reply may have been on its way.
        long late = plan.has(Fault.NODE_PAUSES) ? 2 * SECOND : plan.has(Fault.MEMCACHED_SLOW) ? 200 * MILLI : MILLI;
        return other.ownedSince <= memcached.destroyedAt() + late
                && time.now() - memcached.destroyedAt() <= longest + late;
    }

    /** While purchases wait and nothing is wrong, an item is not idle for long. */
    private void checkIdle(String item) {
        Long since = freeSince.get(item);
        if (plan.keepsOrder()
                && since != null
                && running.getOrDefault(item, List.of()).isEmpty()) {
            long waitingSince = nodes.stream()
                    .filter(node -> node.waiting.getOrDefault(item, 0) > 0)
                    .mapToLong(node -> node.waitingSince.get(item))
                    .min()
                    .orElse(time.now());
            long idle = time.now() - Math.max(since, waitingSince);
            check(
                    idle <= 300 * MILLI + disorder(),
                    "an item is idle for %d ms although purchases wait".formatted(idle / MILLI));
        }
    }

    /** While nothing is wrong, each node has its turn. */
    private void checkStarvation(Node node, String item) {
        if (plan.keepsOrder()) {
            long since = node.waitingSince.getOrDefault(item, time.now());
            long turns = plan.nodes() * (2 * plan.holdNanos() + 5 * MILLI) + 500 * MILLI;
            check(
                    time.now() - since <= turns + 300 * MILLI + disorder(),
                    "node %d had no turn for %d ms".formatted(node.number, (time.now() - since) / MILLI));
        }
    }

    /** How much longer a node may wait because the line has lost its order. */
    private long disorder() {
        return plan.isHealthy() ? 0 : SECOND;
    }

    private void happen(Fault fault) {
        Node node = nodes.get(random.nextInt(nodes.size()));
        long length = random.nextLong(2 * SECOND);
        switch (fault) {
            case BUYER_LEAVES, PURCHASE_HANGS, PURCHASE_THROWS -> {
                return;
            }
            case MEMCACHED_SLOW -> memcached.slow(length);
            case MEMCACHED_HANGS -> memcached.hang(length);
            case MEMCACHED_RESTARTS -> memcached.restart(length);
            case MEMCACHED_FLUSHED -> memcached.flush();
            case MEMCACHED_EVICTS -> memcached.evict();
            case COUNTERS_EVICTED -> {
                for (int i = 0; i < 10; i++) {
                    time.after(20 * MILLI * i, memcached::evictCounters);
                }
            }
            case REPLIES_LOST -> memcached.loseReplies(length);
            case CONNECTION_CUT -> memcached.cut(node.number);
            case NODE_PAUSES -> node.timers.pause(length);
            case NODE_DIES -> die(node);
            case NODE_CLOSES ->
                node.timers.onNode(() -> {
                    node.closed = true;
                    node.lock.close(0, 0);
                });
            case CLOCK_JUMPS -> jumpMicros += random.nextLong(-1_000_000, 1_000_000);
        }
        fired.add(fault);
    }

    private void die(Node node) {
        if (!node.timers.isDead()) {
            node.timers.die();
            node.waiting.replaceAll((item, waiting) -> {
                expectedAnswers -= waiting;
                return 0;
            });
            running.values().forEach(ofItem -> ofItem.removeIf(purchase -> purchase.node == node));
        }
    }

    private void checkEnd() {
        check(answers == expectedAnswers, "%d of %d buyers were answered".formatted(answers, expectedAnswers));
        check(memcached.lockedKeys().isEmpty(), "keys are left: " + memcached.lockedKeys());
        for (Node node : nodes) {
            if (!node.timers.isDead()) {
                BuyLockSnapshot left = node.lock.snapshot();
                check(left.waiting() == 0 && left.items() == 0, "node %d keeps %s".formatted(node.number, left));
                check(node.timers.pending() == 0 || node.closed, "node %d keeps timers".formatted(node.number));
            }
        }
    }

    private void check(boolean isTrue, @Nullable String otherwise) {
        if (!isTrue) {
            // The lock catches what a listener throws, so the first violation is kept.
            violation = violation == null
                    ? new Violation("at %d ms: %s".formatted(time.now() / MILLI, otherwise), plan)
                    : violation;
            throw violation;
        }
    }
}
