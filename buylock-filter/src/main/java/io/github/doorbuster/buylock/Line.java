package io.github.doorbuster.buylock;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Who waits for one item on this node, first come first served. Every method with the lock of the queue held. */
final class Line {

    private final Deque<Waiter> waiters = new ArrayDeque<>(1);
    private final Node node;
    private final Effects effects;
    private @Nullable Future<?> timer;

    Line(Node node, Effects effects) {
        this.node = node;
        this.effects = effects;
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    boolean isFull() {
        return waiters.size() >= node.config().maxWaitersPerItem();
    }

    void add(Waiter waiter) {
        waiters.add(waiter);
    }

    /** Returns true if the waiter was still here. */
    boolean remove(Waiter waiter) {
        boolean here = waiters.remove(waiter);
        if (here) {
            node.tally().leaves();
        }
        return here;
    }

    /** Takes out whoever is first, or returns null. */
    @Nullable
    Waiter next() {
        Waiter first = waiters.poll();
        if (first != null) {
            node.tally().leaves();
        }
        return first;
    }

    /** Nobody here got the item at once: who will not wait is rejected. Only the first can be such a one. */
    void allMustWait() {
        Waiter first = waiters.peek();
        if (first != null && first.willNotWait()) {
            waiters.remove();
            reject(first, Rejection.LOCKED);
        }
        waiters.forEach(Waiter::standsInLine);
    }

    void rejectOverdue(long now) {
        Waiter first = firstThatWaits();
        while (first != null && first.isOver(now)) {
            waiters.remove(first);
            reject(first, Rejection.LOCKED);
            first = firstThatWaits();
        }
    }

    void rejectAll(Rejection reason) {
        for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            reject(waiter, reason);
        }
    }

    /** Turns away one who is not here, or not any longer. */
    void reject(Waiter waiter, Rejection reason) {
        node.tally().leaves();
        effects.note(() -> {
            if (waiter.completeExceptionally(new RejectedException(reason))) {
                node.tally().rejected(reason);
            }
        });
    }

    /** Sets a timer for the first one's wait: all last equally long, so that no other is over before. */
    void callWhenAWaitIsOver(Runnable then) {
        Waiter first = firstThatWaits();
        if (timer == null && first != null) {
            timer = node.timing().in(Math.max(0, first.until() - node.timing().now()), then);
        }
    }

    private @Nullable Waiter firstThatWaits() {
        for (Waiter waiter : waiters) {
            if (!waiter.willNotWait()) {
                return waiter;
            }
        }
        return null;
    }

    void timerHasCalled() {
        timer = null;
    }

    void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
