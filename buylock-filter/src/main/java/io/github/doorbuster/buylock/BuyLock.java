package io.github.doorbuster.buylock;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets one purchase per item run at a time; the others wait without holding a thread.
 *
 * <p>Within a node, the purchases of an item wait in a queue, and a purchase that ends hands its lease over to the next
 * one in memory. Between nodes, the lease in the {@link LockStore} decides. Safe for use by many threads.
 *
 * <pre>{@code
 * BuyLock lock = BuyLock.builder().store(new InMemoryLockStore()).build();
 * lock.acquire("42").thenAccept(grant -> { // runs on the lock's executor
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
    private final ItemQueues queues = new ItemQueues();
    private final Standby standby;
    private final ClosedItems closedItems;
    private final ItemLines lines;
    private final BuyerPlaces buyers;
    private final Entrance entrance;
    private final QueueContext context;
    private final @Nullable Runnable onClose;

    /** {@return a builder with the default settings and no store} */
    public static Builder builder() {
        return new Builder();
    }

    BuyLock(
            BuyLockConfig config,
            LockStore store,
            Scheduler scheduler,
            Executor executor,
            @Nullable Runnable onClose,
            Function<BuyLockConfig, Turn> turns) {
        this.config = config;
        this.onClose = onClose;
        this.store = store;
        this.scheduler = scheduler;
        this.metrics = new LockMetrics(scheduler.now());
        this.standby = new Standby(config, scheduler);
        this.closedItems = new ClosedItems(config, store, scheduler, this::rejectWaiting);
        this.lines = new ItemLines(config);
        this.buyers = new BuyerPlaces(config.maxItemsPerBuyer(), metrics);
        this.context = new QueueContext(
                config,
                store,
                new LeaseTokens(),
                scheduler,
                metrics,
                executor,
                Admission.allOf(closedItems, lines),
                standby,
                turns,
                queues::onRetired);
        this.entrance = new Entrance(context, queues, closedItems, lines);
        scheduler.repeat(ClosedItems.CHECK_NANOS, this::check);
        scheduler.repeat(LeaseRenewal.checkNanos(config.lease()), queues::tick);
    }

    /**
     * Requests an item, and waits for it in its queue for up to {@code waitMillis}.
     *
     * <p>The caller must close the grant. The future completes on the lock's executor, so actions that depend on it may
     * block. Completing the future from outside, for example by {@code cancel} or {@code orTimeout}, removes the
     * purchase from the queue.
     *
     * @param itemId any non-empty string
     * @return a future of the grant; it fails with a {@link RejectedException}
     */
    public CompletableFuture<Grant> acquire(String itemId) {
        return future(itemId, true);
    }

    /**
     * Requests an item once, without waiting for it in its queue. The future completes as soon as the store has
     * replied, on the lock's executor.
     *
     * @param itemId any non-empty string
     * @return a future of the grant; it fails with a {@link RejectedException}
     */
    public CompletableFuture<Grant> tryAcquire(String itemId) {
        return future(itemId, false);
    }

    /**
     * Requests an item, and blocks the calling thread until it is granted. Meant for virtual threads and for jobs.
     *
     * <p>The caller must close the grant.
     *
     * @param itemId any non-empty string
     * @param maxWait how long to wait; no longer than {@code waitMillis} in any case
     * @throws RejectedException if the purchase is not let through
     * @throws InterruptedException if the thread is interrupted; the purchase is cancelled then
     */
    public Grant acquire(String itemId, Duration maxWait) throws InterruptedException {
        return BlockingRequest.await(maxWait, listener -> request(itemId, true, listener));
    }

    /**
     * Runs a purchase with the grant of its item, and ends the grant. Blocks the calling thread for up to
     * {@code waitMillis} and the time of the purchase. Meant for virtual threads and for jobs.
     *
     * @param itemId any non-empty string
     * @return the result of the purchase
     * @throws RejectedException if the purchase is not let through
     * @throws Exception if the purchase throws it
     */
    public <T> T call(String itemId, Callable<T> purchase) throws Exception {
        Grant grant = acquire(itemId, Duration.ofMillis(config.waitMillis()));
        try {
            return purchase.call();
        } finally {
            grant.close();
        }
    }

    private CompletableFuture<Grant> future(String itemId, boolean mayWait) {
        GrantFuture future = new GrantFuture(context.executor());
        return future.publish(request(itemId, mayWait, future));
    }

    /**
     * Requests an item, and reports the decision to a listener, without a change of threads.
     *
     * @param itemId any non-empty string
     * @param mayWait whether to wait in the queue for up to {@code waitMillis}; otherwise a taken item is rejected at
     *     once
     * @param listener is called once, possibly before this method returns
     * @return the purchase, which can be cancelled
     */
    public PendingGrant request(String itemId, boolean mayWait, GrantListener listener) {
        return entrance.request(itemId, mayWait, listener);
    }

    /**
     * Closes an item on every node for a time: its waiting and new purchases are rejected with
     * {@link RejectedException.Reason#SOLD_OUT}, without the store. Purchases in progress go on.
     *
     * @param duration how long the item stays closed, unless it is opened: 1 s to 30 days
     * @throws IllegalArgumentException if the duration is out of range
     */
    public void closeItem(String itemId, Duration duration) {
        closedItems.close(itemId, duration);
    }

    /**
     * Pauses the sale of an item on every node for a time: its waiting and new purchases are rejected with
     * {@link RejectedException.Reason#PAUSED}, without the store, and may try again. Purchases in progress go on.
     *
     * @param duration how long the sale is paused, unless the item is opened: 1 s to 30 days
     * @throws IllegalArgumentException if the duration is out of range
     */
    public void pauseItem(String itemId, Duration duration) {
        closedItems.pause(itemId, duration);
    }

    /**
     * Opens an item that is closed, paused or sold out: at once on this node, and within half a second on the others. A
     * purchase that began before cannot close it again. Call this when an item is restocked.
     */
    public void openItem(String itemId) {
        closedItems.open(itemId);
    }

    /** {@return whether an item can be purchased, as far as this node knows; does not call the store} */
    public SaleState saleState(String itemId) {
        return closedItems.state(itemId, scheduler.now());
    }

    /**
     * Requests an item for a buyer, who has at most one place per item on this node, and waits for at most
     * {@code maxItemsPerBuyer} items. If an authenticated buyer already waits, the new request takes the place of the
     * first, which is rejected with {@link RejectedException.Reason#REPLACED}. If a buyer who is not authenticated
     * already waits, or while a purchase of the buyer runs, the new request is rejected with
     * {@link RejectedException.Reason#DUPLICATE}.
     *
     * @param itemId any non-empty string
     * @param mayWait as for {@link #request(String, boolean, GrantListener)}
     * @param listener is called once, possibly before this method returns
     * @return the purchase, which can be cancelled
     */
    public PendingGrant request(Buyer buyer, String itemId, boolean mayWait, GrantListener listener) {
        return buyers.request(buyer, itemId, listener, place -> request(itemId, mayWait, place));
    }

    /**
     * Requests an item with a place that the buyer has kept: the purchase waits before those that came later. If the
     * queue is full, it takes the place of the last one, which is rejected with
     * {@link RejectedException.Reason#DISPLACED}. If a purchase with this place already waits, the new one takes its
     * place, and the first is rejected with {@link RejectedException.Reason#REPLACED}.
     *
     * @param buyer the buyer, with at most one place per item; null if the purchase has none
     * @param kept the place; it has no effect if a purchase with it was granted on this node
     * @param itemId any non-empty string
     * @param mayWait as for {@link #request(String, boolean, GrantListener)}; without waiting, the place has no effect
     * @param listener is called once, possibly before this method returns
     * @return the purchase, which can be cancelled
     */
    public PendingGrant request(
            @Nullable Buyer buyer, KeptPlace kept, String itemId, boolean mayWait, GrantListener listener) {
        return buyer == null
                ? entrance.request(kept, itemId, mayWait, listener)
                : buyers.request(buyer, itemId, listener, place -> entrance.request(kept, itemId, mayWait, place));
    }

    /**
     * {@return true if a purchase with this place was granted on this node, so that the place no longer has an effect}
     */
    public boolean isUsed(KeptPlace kept) {
        return entrance.isUsed(kept);
    }

    /** Counts a purchase that was rejected before its item was known, because {@link #isFull()}. */
    public void countRejected(RejectedException.Reason reason) {
        metrics.rejected(reason);
    }

    /** {@return true if {@code maxWaiters} purchases wait, so that only a purchase of a free item is not rejected} */
    public boolean isFull() {
        return metrics.waiting() >= config.maxWaiters();
    }

    /** {@return how many purchases wait for an item on this node, and how long another one would wait} */
    public LineEstimate estimate(String itemId) {
        ItemLine line = lines.find(itemId);
        return line == null ? LineEstimate.EMPTY : LineEstimate.of(line);
    }

    /** {@return the purchases that stand by; for adapters such as the servlet filter} */
    public Standby standby() {
        return standby;
    }

    /** {@return the settings} */
    public BuyLockConfig config() {
        return config;
    }

    /** {@return the current numbers, as an immutable snapshot} */
    public BuyLockSnapshot snapshot() {
        long now = scheduler.now();
        List<BuyLockSnapshot.HotItem> hotItems = lines.hottest(itemId -> closedItems.state(itemId, now));
        return metrics.snapshot(now, queues.size(), closedItems.size(), hotItems, standby.snapshot(), store.status());
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
        if (queues.startClosing()) {
            entrance.close();
            queues.awaitRetired(purchaseEndNanos, releaseNanos);
            scheduler.close();
            if (onClose != null) {
                onClose.run();
            }
        }
    }

    private void check() {
        closedItems.check(queues.items());
        lines.removeUnused(scheduler.now());
        entrance.rejectExpired();
    }

    private void rejectWaiting(String itemId) {
        RejectedException.Reason reason = closedItems.check(itemId, scheduler.now());
        if (reason != null) {
            queues.rejectWaiting(itemId, reason);
        }
    }

    /** Builds a {@link BuyLock}. */
    public static final class Builder {

        private BuyLockConfig config = BuyLockConfig.builder().build();
        private @Nullable LockStore store;
        private @Nullable Executor executor;

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
         * Sets the executor that completes the futures of {@link #acquire} and tells listeners of rejections. By
         * default, the lock has a pool of its own, with up to 16 daemon threads, which {@link BuyLock#close()} shuts
         * down.
         */
        public Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /**
         * {@return a running lock}
         *
         * @throws NullPointerException if no store is set
         */
        public BuyLock build() {
            LockStore set = Objects.requireNonNull(store, "store: set one, such as new InMemoryLockStore()");
            if (executor != null) {
                return new BuyLock(config, set, Scheduler.start(), executor, null, Turn::new);
            }
            CallbackPool pool = CallbackPool.start();
            return new BuyLock(config, set, Scheduler.start(), pool, pool::close, Turn::new);
        }
    }
}
