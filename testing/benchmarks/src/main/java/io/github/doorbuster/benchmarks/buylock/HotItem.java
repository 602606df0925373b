package io.github.doorbuster.benchmarks.buylock;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.testing.MemcachedServer;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RLock;
import org.redisson.client.RedisException;

/**
 * One hot item and 300 waiters, who buy again as soon as they have bought; a purchase takes 2 ms. Compares the lock
 * with polling through the same store, and with Redisson's locks, whose waiters block a thread each. At most 500 grants
 * a second are possible.
 *
 * <p>Argument: seconds per strategy, default 10. Starts its own memcached, or uses {@code MEMCACHED_ADDR}, and its own
 * Redis.
 */
public final class HotItem {

    private static final int WAITERS = 300;
    private static final Duration LEASE = Duration.ofSeconds(30);

    private HotItem() {}

    /**
     * Runs the strategies and prints a table.
     *
     * @param args seconds per strategy
     */
    public static void main(String[] args) throws InterruptedException {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        HotItemMeter.printHead();
        try (MemcachedServer memcached = MemcachedServer.start("-U", "0")) {
            run(memcached, "polling at 100 ms", seconds, (store, meter) -> poll(store, meter, seconds, 100));
            run(memcached, "polling at 10 ms", seconds, (store, meter) -> poll(store, meter, seconds, 10));
            runRedisson("Redisson `RLock`", seconds, false);
            runRedisson("Redisson `RFairLock`", seconds, true);
            run(memcached, "buylock", seconds, (store, meter) -> handOver(store, meter, seconds));
        }
        System.exit(0);
    }

    private interface Strategy {
        void run(LockStore store, HotItemMeter meter) throws InterruptedException;
    }

    private static void run(MemcachedServer memcached, String name, int seconds, Strategy strategy)
            throws InterruptedException {
        memcached.command("flush_all"); // the strategy before may have left a lease
        HotItemMeter meter = new HotItemMeter();
        try (MemcachedLockStore store = MemcachedLockStore.connect(memcached.address())) {
            strategy.run(store, meter);
            meter.print(name, seconds, store.status().operations());
        }
    }

    private static void handOver(LockStore store, HotItemMeter meter, int seconds) throws InterruptedException {
        ExecutorService purchases = Executors.newFixedThreadPool(2);
        try (BuyLock lock = BuyLock.builder()
                .config(BuyLockConfig.builder().waitMillis(600_000).build())
                .store(store)
                .build()) {
            for (int i = 0; i < WAITERS; i++) {
                buyRepeatedly(lock, meter, purchases);
            }
            meter.run(seconds);
        }
        purchases.shutdown();
    }

    private static void buyRepeatedly(BuyLock lock, HotItemMeter meter, ExecutorService purchases) {
        if (!meter.isOver()) {
            HotItemMeter.Arrival arrival = meter.arrive();
            lock.acquire("hot").thenAccept(grant -> {
                meter.granted(arrival);
                purchases.execute(() -> {
                    meter.hold();
                    grant.close();
                    buyRepeatedly(lock, meter, purchases);
                });
            });
        }
    }

    private static void poll(LockStore store, HotItemMeter meter, int seconds, int millis) throws InterruptedException {
        ExecutorService purchases = Executors.newFixedThreadPool(2);
        ScheduledExecutorService polls = Executors.newScheduledThreadPool(1);
        Polling polling = new Polling(store, meter, purchases, polls, millis);
        for (int i = 0; i < WAITERS; i++) {
            Lease lease = new Lease("buy/hot", "waiter-" + i, LEASE);
            // Spread over the interval, so that the waiters do not poll in lockstep.
            polls.schedule(() -> polling.buy(lease), (long) i * millis / WAITERS, TimeUnit.MILLISECONDS);
        }
        meter.run(seconds);
        purchases.shutdown();
        purchases.awaitTermination(1, TimeUnit.SECONDS);
        polls.shutdownNow();
    }

    private record Polling(
            LockStore store,
            HotItemMeter meter,
            ExecutorService purchases,
            ScheduledExecutorService polls,
            int millis) {

        void buy(Lease lease) {
            tryToBuy(lease, meter.arrive());
        }

        private void tryToBuy(Lease lease, HotItemMeter.Arrival arrival) {
            if (meter.isOver()) {
                return;
            }
            store.acquire(lease).thenAccept(acquired -> {
                if (!acquired) {
                    polls.schedule(() -> tryToBuy(lease, arrival), millis, TimeUnit.MILLISECONDS);
                    return;
                }
                meter.granted(arrival);
                purchases.execute(() -> {
                    meter.hold();
                    store.release(lease);
                    polls.schedule(() -> buy(lease), millis, TimeUnit.MILLISECONDS);
                });
            });
        }
    }

    private static void runRedisson(String name, int seconds, boolean fair) throws InterruptedException {
        HotItemMeter meter = new HotItemMeter();
        try (RedisLocks locks = new RedisLocks()) {
            Thread[] waiters = new Thread[WAITERS];
            for (int i = 0; i < WAITERS; i++) {
                waiters[i] = new Thread(() -> buyUntilOver(locks.lock("hot", fair), meter), "waiter-" + i);
                waiters[i].setDaemon(true);
                waiters[i].start();
            }
            meter.run(seconds);
            meter.print(name, seconds, locks.operations());
            for (Thread waiter : waiters) {
                waiter.interrupt();
            }
            for (Thread waiter : waiters) {
                waiter.join(1_000);
            }
        }
    }

    private static void buyUntilOver(RLock lock, HotItemMeter meter) {
        try {
            while (!meter.isOver()) {
                HotItemMeter.Arrival arrival = meter.arrive();
                lock.lockInterruptibly();
                try {
                    meter.granted(arrival);
                    meter.hold();
                } finally {
                    lock.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RedisException e) {
            // An interrupted unlock: the run is over.
            if (!meter.isOver()) {
                throw e;
            }
        }
    }
}
