package io.github.doorbuster.buylock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The purchases that wait for one item on this node, first in, first out. Plain data; not safe for use by threads. */
final class WaiterQueue {

    private final Deque<Waiter> waiters = new ArrayDeque<>(1);

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    int size() {
        return waiters.size();
    }

    void add(Waiter waiter) {
        waiters.add(waiter);
    }

    @Nullable
    Waiter peek() {
        return waiters.peek();
    }

    /** Removes and returns the first waiter, or returns null. */
    @Nullable
    Waiter poll() {
        return waiters.poll();
    }

    /** {@return true if the waiter was still in the queue} */
    boolean remove(Waiter waiter) {
        return waiters.remove(waiter);
    }

    /** Removes and returns the waiters whose wait is over. All waits have the same limit, so the first end first. */
    List<Waiter> removeExpired(long now) {
        List<Waiter> expired = List.of();
        for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
            Waiter next = all.next();
            if (next.isExpired(now)) {
                all.remove();
                expired = expired.isEmpty() ? new ArrayList<>() : expired;
                expired.add(next);
            } else if (!next.triesOnce()) {
                break;
            }
        }
        return expired;
    }

    /** Removes and returns every waiter. */
    List<Waiter> removeAll() {
        List<Waiter> all = List.copyOf(waiters);
        waiters.clear();
        return all;
    }

    /** {@return the first waiter that has a deadline, or null} */
    @Nullable
    Waiter firstToExpire() {
        for (Waiter waiter : waiters) {
            if (!waiter.triesOnce()) {
                return waiter;
            }
        }
        return null;
    }
}
