package io.github.doorbuster.benchmarks.buylock;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.testing.MemcachedServer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * One hot item and 300 waiters, who buy again as soon as they have bought; a purchase takes 2 ms. Compares the lock
 * with polling through the same store. At most 500 grants a second are possible.
 *
 * <p>Argument: seconds per strategy, default 10. Starts its own memcached, or uses {@code MEMCACHED_ADDR}.
 */
public final class HotItem {

    private static final int WAITERS = 300;
    private static final int HOLD_MILLIS = 2;
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final LockStore store;
    private final int seconds;
    private final ExecutorService purchases = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService polls = Executors.newScheduledThreadPool(1);
    private final AtomicLong grants = new AtomicLong();
    private final ConcurrentHistogram gaps = new ConcurrentHistogram(3);
    private volatile long releasedAt;
    private volatile boolean over;

    private HotItem(LockStore store, int seconds) {
        this.store = store;
        this.seconds = seconds;
    }

    /**
     * Runs the three strategies and prints a table.
     *
     * @param args seconds per strategy
     */
    public static void main(String[] args) throws InterruptedException {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        try (MemcachedServer memcached = MemcachedServer.start("-U", "0")) {
            System.out.println(
                    "| strategy | grants/s | store operations per grant | release to next grant p50, ms | p99, ms |");
            System.out.println("|---|---|---|---|---|");
            run(memcached, "polling at 100 ms", seconds, hotItem -> hotItem.poll(100));
            run(memcached, "polling at 10 ms", seconds, hotItem -> hotItem.poll(10));
            run(memcached, "buylock", seconds, HotItem::handOver);
        }
        System.exit(0);
    }

    private interface Strategy {
        void run(HotItem hotItem) throws InterruptedException;
    }

    private static void run(MemcachedServer memcached, String name, int seconds, Strategy strategy)
            throws InterruptedException {
        memcached.command("flush_all"); // the strategy before may have left a lease
        try (MemcachedLockStore store = MemcachedLockStore.connect(memcached.address())) {
            HotItem hotItem = new HotItem(store, seconds);
            strategy.run(hotItem);
            hotItem.print(name);
        }
    }

    private void print(String name) {
        long total = grants.get();
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.2f | %.3f | %.3f |%n",
                name,
                (double) total / seconds,
                (double) store.status().operations() / total,
                gaps.getValueAtPercentile(50) / 1e6,
                gaps.getValueAtPercentile(99) / 1e6);
    }

    private void handOver() throws InterruptedException {
        try (BuyLock lock = BuyLock.builder()
                .config(BuyLockConfig.builder().waitMillis(600_000).build())
                .store(store)
                .build()) {
            for (int i = 0; i < WAITERS; i++) {
                buyRepeatedly(lock);
            }
            TimeUnit.SECONDS.sleep(seconds);
            over = true;
        }
        purchases.shutdown();
    }

    private void buyRepeatedly(BuyLock lock) {
        if (!over) {
            lock.acquire("hot").thenAccept(grant -> {
                granted();
                purchases.execute(() -> {
                    hold();
                    grant.close();
                    buyRepeatedly(lock);
                });
            });
        }
    }

    private void poll(int millis) throws InterruptedException {
        for (int i = 0; i < WAITERS; i++) {
            Lease lease = new Lease("buy/hot", "waiter-" + i, LEASE);
            // Spread over the interval, so that the waiters do not poll in lockstep.
            polls.schedule(() -> tryToBuy(lease, millis), (long) i * millis / WAITERS, TimeUnit.MILLISECONDS);
        }
        TimeUnit.SECONDS.sleep(seconds);
        over = true;
        purchases.shutdown();
        purchases.awaitTermination(1, TimeUnit.SECONDS);
        polls.shutdownNow();
    }

    private void tryToBuy(Lease lease, int millis) {
        if (over) {
            return;
        }
        store.acquire(lease).thenAccept(acquired -> {
            if (!acquired) {
                polls.schedule(() -> tryToBuy(lease, millis), millis, TimeUnit.MILLISECONDS);
                return;
            }
            granted();
            purchases.execute(() -> {
                hold();
                store.release(lease);
                polls.schedule(() -> tryToBuy(lease, millis), millis, TimeUnit.MILLISECONDS);
            });
        });
    }

    private void granted() {
        long before = releasedAt;
        if (before != 0) {
            gaps.recordValue(Math.max(0, System.nanoTime() - before));
        }
        grants.incrementAndGet();
    }

    private void hold() {
        try {
            TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        releasedAt = System.nanoTime();
    }
}
