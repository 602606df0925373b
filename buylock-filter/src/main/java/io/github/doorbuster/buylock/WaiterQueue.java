package io.github.doorbuster.buylock;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The purchases that wait for one item on this node, first in, first out. Call every method with the lock of the item's
 * queue held.
 */
final class WaiterQueue {

    private final Deque<Waiter> waiters = new ArrayDeque<>(1);
    private final QueueContext context;
    private final DeferredActions actions;
    private @Nullable Future<?> timer;

    WaiterQueue(QueueContext context, DeferredActions actions) {
        this.context = context;
        this.actions = actions;
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    boolean isFull() {
        return waiters.size() >= context.config().maxWaitersPerItem();
    }

    void add(Waiter waiter) {
        waiters.add(waiter);
    }

    /** {@return true if the waiter was still in the queue} */
    boolean remove(Waiter waiter) {
        boolean removed = waiters.remove(waiter);
        if (removed) {
            removed(waiter);
        }
        return removed;
    }

    /** Removes and returns the first waiter, or returns null. */
    @Nullable
    Waiter poll() {
        Waiter first = waiters.poll();
        if (first != null) {
            removed(first);
        }
        return first;
    }

    /** Counts a waiter that must wait, or returns false if too many wait already. */
    boolean tryQueue(Waiter waiter) {
        boolean queued = waiter.wasQueued()
                || context.metrics().tryAddWaiter(context.config().maxWaiters());
        if (queued) {
            waiter.markQueued();
        }
        return queued;
    }

    /** The item is taken: the first waiter, who asked for it, must wait from now on, or is rejected. */
    void itemTaken() {
        Waiter first = waiters.peek();
        if (first == null) {
            return;
        }
        if (first.triesOnce()) {
            waiters.remove();
            reject(first, RejectedException.Reason.LOCKED);
        } else if (!tryQueue(first)) {
            waiters.remove();
            reject(first, RejectedException.Reason.TOO_MANY_WAITERS);
        }
    }

    void rejectExpired(long now) {
        Waiter first = firstWithDeadline();
        while (first != null && first.isExpired(now)) {
            waiters.remove(first);
            reject(first, RejectedException.Reason.LOCKED);
            first = firstWithDeadline();
        }
    }

    void rejectAll(RejectedException.Reason reason) {
        for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            reject(waiter, reason);
        }
    }

    /** Rejects a waiter that is not in the queue, or has been removed from it. */
    void reject(Waiter waiter, RejectedException.Reason reason) {
        removed(waiter);
        actions.add(() -> {
            if (waiter.tryReject()) {
                context.metrics().rejected(reason);
                context.execute(() -> waiter.listener().rejected(reason));
            }
        });
    }

    private void removed(Waiter waiter) {
        if (waiter.wasQueued()) {
            context.metrics().removeWaiter();
        }
    }

    /** Starts the timer unless it runs. All waits have the same timeout, so the first waiter expires first. */
    void startTimer(Runnable onExpiry) {
        Waiter first = firstWithDeadline();
        if (timer == null && first != null) {
            long delay = first.deadline() - context.scheduler().now();
            timer = context.scheduler().schedule(Math.max(0, delay), onExpiry);
        }
    }

    private @Nullable Waiter firstWithDeadline() {
        for (Waiter waiter : waiters) {
            if (!waiter.triesOnce()) {
                return waiter;
            }
        }
        return null;
    }

    void timerFired() {
        timer = null;
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
