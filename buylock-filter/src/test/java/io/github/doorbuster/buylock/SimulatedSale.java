package io.github.doorbuster.buylock;

import io.github.doorbuster.buylock.memcached.FakeMemcached;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Buyers of one hot item on several nodes, under virtual time: a purchase takes exactly 2 ms, unless its time varies,
 * and a round trip to memcached 0.3 ms.
 */
final class SimulatedSale {

    static final long HOLD = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long TO_THE_ROW = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LATENCY = TimeUnit.MICROSECONDS.toNanos(150);

    final VirtualTime time = new VirtualTime();
    final long start = time.now();
    final List<BuyLock> locks = new ArrayList<>();
    /** When the last buyer of each node had bought. */
    final long[] lastEnd;

    final List<Long> waits = new ArrayList<>();
    private final boolean buyAgain;
    private final LongSupplier hold;
    private final @Nullable RowLock row;
    int ended;
    int rejected;

    SimulatedSale(int nodes, int buyersPerNode, boolean buyAgain, BuyLockConfig config) {
        this(nodes, buyersPerNode, buyAgain, config, () -> HOLD, null);
    }

    /** {@return a sale whose buyers buy again, with purchases of half to one and a half of a time} */
    static SimulatedSale withVaryingPurchases(int nodes, int buyersPerNode, BuyLockConfig config, long meanNanos) {
        Random random = new Random(3);
        return new SimulatedSale(
                nodes, buyersPerNode, true, config, () -> meanNanos / 2 + random.nextLong(meanNanos), null);
    }

    /**
     * {@return a sale with purchases that wait for the row lock of a database} A purchase needs 1 ms to get there,
     * holds the row for up to a tenth longer than a time, and ends then.
     */
    static SimulatedSale atARowLock(
            int nodes, int buyersPerNode, boolean buyAgain, BuyLockConfig config, long rowNanos) {
        Random random = new Random(3);
        return new SimulatedSale(
                nodes, buyersPerNode, buyAgain, config, () -> rowNanos + random.nextLong(rowNanos / 10), new RowLock());
    }

    private SimulatedSale(
            int nodes,
            int buyersPerNode,
            boolean buyAgain,
            BuyLockConfig config,
            LongSupplier hold,
            @Nullable RowLock row) {
        this.row = row;
        this.hold = hold;
        FakeMemcached memcached = new FakeMemcached(time, new Random(1), LATENCY, false);
        lastEnd = new long[nodes];
        this.buyAgain = buyAgain;
        for (int i = 0; i < nodes; i++) {
            NodeTimers timers = new NodeTimers(time);
            Scheduler scheduler = new Scheduler(time::now, () -> time.now() / 1_000, timers);
            locks.add(new BuyLock(config, memcached.connect(timers), scheduler, Runnable::run, null, Turn::new));
        }
        Random random = new Random(2);
        for (int i = 0; i < nodes; i++) {
            for (int buyer = 0; buyer < buyersPerNode; buyer++) {
                int node = i;
                time.after(random.nextLong(HOLD), () -> new Buyer(node).request());
            }
        }
    }

    private final class Buyer implements GrantListener {

        private final int node;
        private long arrivedAt;

        Buyer(int node) {
            this.node = node;
        }

        void request() {
            arrivedAt = time.now();
            locks.get(node).request("hot", true, this);
        }

        @Override
        public void granted(Grant grant) {
            waits.add(time.now() - arrivedAt);
            if (row == null) {
                time.after(hold.getAsLong(), () -> bought(grant));
            } else {
                time.after(TO_THE_ROW, () -> row.lock(time, hold.getAsLong(), () -> bought(grant)));
            }
        }

        private void bought(Grant grant) {
            ended++;
            lastEnd[node] = time.now() - start;
            grant.close();
            if (buyAgain) {
                request();
            }
        }

        @Override
        public void rejected(RejectedException.Reason reason) {
            rejected++;
        }
    }

    /** The row of the item in the database: transactions lock it one after the other. */
    private static final class RowLock {

        private long freeAt = Long.MIN_VALUE;
        private long usedNanos;

        void lock(VirtualTime time, long nanos, Runnable then) {
            freeAt = Math.max(freeAt, time.now()) + nanos;
            usedNanos += nanos;
            time.after(freeAt - time.now(), then);
        }
    }

    /** {@return the share of the time in which the row was locked} */
    double rowUse(long seconds) {
        return (double) Objects.requireNonNull(row).usedNanos / TimeUnit.SECONDS.toNanos(seconds);
    }

    void run(long seconds) {
        time.runUntil(start + TimeUnit.SECONDS.toNanos(seconds));
    }

    double operationsPerGrant() {
        return (double) locks.stream()
                        .mapToLong(lock -> lock.snapshot().store().operations())
                        .sum()
                / ended;
    }

    double waitMillis(double percentile) {
        List<Long> sorted = new ArrayList<>(waits);
        Collections.sort(sorted);
        return sorted.get((int) (sorted.size() * percentile)) / 1e6;
    }
}
