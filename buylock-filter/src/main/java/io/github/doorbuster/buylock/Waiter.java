package io.github.doorbuster.buylock;

import java.util.concurrent.CompletableFuture;

/** A purchase that waits for its item. Cancelling it removes it from the queue. */
final class Waiter extends CompletableFuture<Grant> {

    private final ItemQueue queue;
    private final long arrivedAt;
    private final long deadline;
    private volatile boolean queued;

    /** Creates a waiter; with {@code waitNanos} 0 it tries once. */
    Waiter(ItemQueue queue, long now, long waitNanos) {
        this.queue = queue;
        this.arrivedAt = now;
        this.deadline = now + waitNanos;
    }

    long arrivedAt() {
        return arrivedAt;
    }

    long deadline() {
        return deadline;
    }

    void markQueued() {
        queued = true;
    }

    /** {@return true if the item was taken when this waiter asked for it, so that it had to wait} */
    boolean wasQueued() {
        return queued;
    }

    boolean triesOnce() {
        return deadline == arrivedAt;
    }

    /** A waiter that tries once does not expire: the store's reply decides. */
    boolean isExpired(long now) {
        return !triesOnce() && now - deadline >= 0;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            queue.leave(this);
        }
        return cancelled;
    }
}
