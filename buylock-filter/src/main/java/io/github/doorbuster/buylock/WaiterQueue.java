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
            context.metrics().removeWaiter();
        }
        return removed;
    }

    /** Removes and returns the first waiter, or returns null. */
    @Nullable
    Waiter poll() {
        Waiter first = waiters.poll();
        if (first != null) {
            context.metrics().removeWaiter();
        }
        return first;
    }

    /** The item is taken: rejects the waiter that tries once, which can only be the first. The others wait. */
    void itemTaken() {
        Waiter first = waiters.peek();
        if (first != null && first.triesOnce()) {
            waiters.remove();
            reject(first, RejectedException.Reason.LOCKED);
        }
        waiters.forEach(Waiter::markQueued);
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
        context.metrics().removeWaiter();
        actions.add(() -> {
            if (waiter.completeExceptionally(new RejectedException(reason))) {
                context.metrics().rejected(reason);
            }
        });
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
