package io.github.doorbuster.buylock;

import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one purchase per item through at a time; the others wait without a thread.
 *
 * <p>Within a node the purchases of an item stand in line, and each hands its lease to the next in memory; between
 * nodes the lease in the {@link LockStore} decides. Safe for use by many threads.
 *
 * <pre>{@code
 * BuyLock lock = BuyLock.builder().store(new InMemoryLockStore()).build();
 * lock.acquire("42").thenAccept(grant -> {
 *     try (grant) {
 *         purchase("42");
 *     }
 * });
 * }</pre>
 */
public final class BuyLock implements AutoCloseable {

    private static final long PURCHASES_MAY_END_IN = TimeUnit.SECONDS.toNanos(1);
    private static final long RELEASES_MAY_END_IN = TimeUnit.SECONDS.toNanos(1);

    private final BuyLockConfig config;
    private final LockStore store;
    private final Timing timing;
    private final Tally tally;
    private final ConcurrentHashMap<String, ItemQueue> queues = new ConcurrentHashMap<>();
    private final Node node;
    private final String tokenPrefix = Long.toHexString(new SecureRandom().nextLong()) + '-';
    private final AtomicLong leases = new AtomicLong();
    private final CountDownLatch empty = new CountDownLatch(1);
    private volatile boolean closed;

    /** Starts from the default settings. */
    public static Builder builder() {
        return new Builder();
    }

    BuyLock(BuyLockConfig config, LockStore store, LongSupplier nanoClock, ScheduledExecutorService timers) {
        this.config = config;
        this.store = store;
        this.timing = new Timing(nanoClock, timers);
        this.tally = new Tally(timing.now());
        this.node = new Node(config, store, this::newToken, timing, tally, this::retired);
        LeaseRenewal.start(timing, config.lease(), queues.values());
    }

    /**
     * Asks for an item and waits in line for it, up to {@code waitMillis}.
     *
     * <p>Whoever gets the grant must close it. Cancelling the future leaves the line. What depends on the future runs
     * on a thread of the lock or of its store, and must not block it: use the {@code ...Async} methods for more than a
     * word.
     *
     * @param itemId the item, any non-empty string
     * @return the grant, or a {@link RejectedException}
     */
    public CompletableFuture<Grant> acquire(String itemId) {
        return acquire(itemId, TimeUnit.MILLISECONDS.toNanos(config.waitMillis()));
    }

    /**
     * Asks for an item once, without waiting for its turn.
     *
     * @param itemId the item, any non-empty string
     * @return the grant, or a {@link RejectedException}, as soon as the store has answered
     */
    public CompletableFuture<Grant> tryAcquire(String itemId) {
        return acquire(itemId, 0);
    }

    private CompletableFuture<Grant> acquire(String itemId, long waitNanos) {
        if (closed) {
            return rejected(Rejection.CLOSED);
        }
        if (!tally.enters(config.maxWaiters())) {
            return rejected(Rejection.TOO_MANY_WAITERS);
        }
        for (; ; ) {
            ItemQueue queue = queues.computeIfAbsent(itemId, this::newQueue);
            // Asked between the map and the line: close() has then either seen this queue, or been seen here.
            if (closed) {
                queue.close();
                tally.leaves();
                return rejected(Rejection.CLOSED);
            }
            Waiter waiter = new Waiter(queue, timing.now(), waitNanos);
            if (queue.join(waiter)) {
                return waiter;
            }
        }
    }

    /**
     * Returns the settings.
     *
     * @return the settings in force
     */
    public BuyLockConfig config() {
        return config;
    }

    /**
     * Returns the numbers of this moment; reading them disturbs nothing.
     *
     * @return an immutable snapshot
     */
    public BuyLockSnapshot snapshot() {
        return tally.snapshot(timing.now(), queues.size(), store.status());
    }

    /**
     * Rejects whoever waits, gives purchases under way a second to end, and releases every lease. Returns when that is
     * done, after two seconds at the latest. The store stays open.
     */
    @Override
    public void close() {
        boolean first;
        synchronized (this) {
            first = !closed;
            closed = true;
        }
        if (first) {
            queues.values().forEach(ItemQueue::close);
            if (!isEmptyWithin(PURCHASES_MAY_END_IN)) {
                queues.values().forEach(ItemQueue::abandonPurchase);
                isEmptyWithin(RELEASES_MAY_END_IN);
            }
            timing.timers().shutdownNow();
        }
    }

    private boolean isEmptyWithin(long nanos) {
        if (queues.isEmpty()) {
            return true;
        }
        try {
            return empty.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ItemQueue newQueue(String itemId) {
        return new ItemQueue(itemId, node);
    }

    private void retired(ItemQueue queue) {
        queues.remove(queue.itemId(), queue);
        if (closed && queues.isEmpty()) {
            empty.countDown();
        }
    }

    private String newToken() {
        return tokenPrefix + Long.toHexString(leases.incrementAndGet());
    }

    private CompletableFuture<Grant> rejected(Rejection reason) {
        tally.rejected(reason);
        return CompletableFuture.failedFuture(new RejectedException(reason));
    }

    private static ScheduledExecutorService newTimers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "doorbuster-buylock-timer");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    /** Collects what a {@link BuyLock} is made of. */
    public static final class Builder {

        private BuyLockConfig config = BuyLockConfig.builder().build();
        private @Nullable LockStore store;

        private Builder() {}

        /** Sets the settings; by default those of {@code BuyLockConfig.builder().build()}. */
        public Builder config(BuyLockConfig config) {
            this.config = config;
            return this;
        }

        /** Sets where the leases are kept; {@link BuyLock#close()} leaves it open. Required. */
        public Builder store(LockStore store) {
            this.store = store;
            return this;
        }

        /**
         * Starts the lock.
         *
         * @throws NullPointerException if no store is set
         */
        public BuyLock build() {
            return new BuyLock(
                    config,
                    Objects.requireNonNull(store, "store: set one, such as new InMemoryLockStore()"),
                    System::nanoTime,
                    newTimers());
        }
    }
}
