package io.github.doorbuster.buylock;

import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets one purchase per item run at a time; the others wait without holding a thread.
 *
 * <p>Within a node, the purchases of an item wait in a queue, and each hands its lease over to the next in memory.
 * Between nodes, the lease in the {@link LockStore} decides. Safe for use by many threads.
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

    private static final long PURCHASE_END_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RELEASE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BuyLockConfig config;
    private final LockStore store;
    private final Scheduler scheduler;
    private final LockMetrics metrics;
    private final ConcurrentHashMap<String, ItemQueue> queues = new ConcurrentHashMap<>();
    private final QueueContext context;
    private final String tokenPrefix = Long.toHexString(new SecureRandom().nextLong()) + '-';
    private final AtomicLong leases = new AtomicLong();
    private final CountDownLatch allRetired = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** {@return a builder with the default settings and no store} */
    public static Builder builder() {
        return new Builder();
    }

    BuyLock(BuyLockConfig config, LockStore store, Scheduler scheduler) {
        this.config = config;
        this.store = store;
        this.scheduler = scheduler;
        this.metrics = new LockMetrics(scheduler.now());
        this.context = new QueueContext(config, store, this::newToken, scheduler, metrics, this::onRetired);
        LeaseRenewal.start(scheduler, config.lease(), queues.values());
    }

    /**
     * Requests an item, and waits for it in its queue for up to {@code waitMillis}.
     *
     * <p>The caller must close the grant. Cancelling the future removes the purchase from the queue. Actions that
     * depend on the future run on a thread of the lock or of its store and must not block it; use the {@code ...Async}
     * methods for work that takes time.
     *
     * @param itemId any non-empty string
     * @return a future of the grant; it fails with a {@link RejectedException}
     */
    public CompletableFuture<Grant> acquire(String itemId) {
        return acquire(itemId, TimeUnit.MILLISECONDS.toNanos(config.waitMillis()));
    }

    /**
     * Requests an item once, without waiting for it in its queue. The future completes as soon as the store has
     * replied.
     *
     * @param itemId any non-empty string
     * @return a future of the grant; it fails with a {@link RejectedException}
     */
    public CompletableFuture<Grant> tryAcquire(String itemId) {
        return acquire(itemId, 0);
    }

    private CompletableFuture<Grant> acquire(String itemId, long waitNanos) {
        if (closed.get()) {
            return rejected(RejectedException.Reason.CLOSED);
        }
        if (!metrics.tryAddWaiter(config.maxWaiters())) {
            return rejected(RejectedException.Reason.TOO_MANY_WAITERS);
        }
        for (; ; ) {
            ItemQueue queue = queues.computeIfAbsent(itemId, this::newQueue);
            // Checked after the queue is in the map: either close() has seen the queue, or this sees that it is closed.
            if (closed.get()) {
                queue.close();
                metrics.removeWaiter();
                return rejected(RejectedException.Reason.CLOSED);
            }
            Waiter waiter = new Waiter(queue, scheduler.now(), waitNanos);
            if (queue.join(waiter)) {
                return waiter;
            }
        }
    }

    /** {@return the settings} */
    public BuyLockConfig config() {
        return config;
    }

    /** {@return the current numbers, as an immutable snapshot} */
    public BuyLockSnapshot snapshot() {
        return metrics.snapshot(scheduler.now(), queues.size(), store.status());
    }

    /**
     * Rejects the purchases that wait, gives those in progress one second to end, and releases every lease. Returns
     * when that is done, after two seconds at the latest. The store stays open.
     */
    @Override
    public void close() {
        close(PURCHASE_END_TIMEOUT_NANOS, RELEASE_TIMEOUT_NANOS);
    }

    void close(long purchaseEndNanos, long releaseNanos) {
        if (closed.compareAndSet(false, true)) {
            queues.values().forEach(ItemQueue::close);
            if (!awaitAllRetired(purchaseEndNanos)) {
                queues.values().forEach(ItemQueue::forceRelease);
                awaitAllRetired(releaseNanos);
            }
            scheduler.close();
        }
    }

    private boolean awaitAllRetired(long nanos) {
        if (queues.isEmpty()) {
            return true;
        }
        try {
            return allRetired.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ItemQueue newQueue(String itemId) {
        return new ItemQueue(itemId, context);
    }

    private void onRetired(ItemQueue queue) {
        queues.remove(queue.itemId(), queue);
        if (closed.get() && queues.isEmpty()) {
            allRetired.countDown();
        }
    }

    private String newToken() {
        return tokenPrefix + Long.toHexString(leases.incrementAndGet());
    }

    private CompletableFuture<Grant> rejected(RejectedException.Reason reason) {
        metrics.rejected(reason);
        return CompletableFuture.failedFuture(new RejectedException(reason));
    }

    /** Builds a {@link BuyLock}. */
    public static final class Builder {

        private BuyLockConfig config = BuyLockConfig.builder().build();
        private @Nullable LockStore store;

        private Builder() {}

        /** Sets the settings. By default, every setting has its default. */
        public Builder config(BuyLockConfig config) {
            this.config = config;
            return this;
        }

        /** Sets the store that keeps the leases. Required. {@link BuyLock#close()} leaves it open. */
        public Builder store(LockStore store) {
            this.store = store;
            return this;
        }

        /**
         * {@return a running lock}
         *
         * @throws NullPointerException if no store is set
         */
        public BuyLock build() {
            return new BuyLock(
                    config,
                    Objects.requireNonNull(store, "store: set one, such as new InMemoryLockStore()"),
                    Scheduler.start());
        }
    }
}
