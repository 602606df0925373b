package io.github.doorbuster.buylock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The purchases that wait for one item on this node, in the order of their places: that of their arrival, or an earlier
 * one that a buyer has kept. Plain data; not safe for use by threads.
 */
final class WaiterQueue {

    private final Deque<Waiter> waiters = new ArrayDeque<>(1);
    /** The waiters with a kept place; null until there is one. */
    private @Nullable ReturnedWaiters returned;

    boolean isEmpty() {
        return size() == 0;
    }

    int size() {
        return waiters.size() + (returned == null ? 0 : returned.size());
    }

    void add(Waiter waiter) {
        if (waiter.hasKeptPlace()) {
            returned = returned == null ? new ReturnedWaiters() : returned;
            returned.add(waiter);
        } else {
            waiters.add(waiter);
        }
    }

    /** {@return why there is no room for another waiter, or null if there is} */
    RejectedException.@Nullable Reason fullFor(Waiter waiter, int maxWaiters) {
        if (waiter.isLineTooLong() && !isEmpty()) {
            return RejectedException.Reason.LINE_TOO_LONG;
        }
        return size() >= maxWaiters ? RejectedException.Reason.ITEM_QUEUE_FULL : null;
    }

    /** {@return the waiter that has asked for the item while nobody waited, unless it was told to wait; or null} */
    @Nullable
    Waiter notQueued() {
        Waiter first = waiters.peek();
        Waiter back = returned == null ? null : returned.firstToExpire();
        if (first != null && !first.wasQueued()) {
            return first;
        }
        return back != null && !back.wasQueued() ? back : null;
    }

    @Nullable
    private Waiter peek() {
        Waiter first = waiters.peek();
        Waiter back = returned == null ? null : returned.first();
        return back == null || (first != null && first.placedAt() - back.placedAt() < 0) ? first : back;
    }

    /** Removes and returns the first waiter, or returns null. */
    @Nullable
    Waiter poll() {
        if (returned == null) {
            return waiters.poll();
        }
        Waiter first = peek();
        if (first != null) {
            remove(first);
        }
        return first;
    }

    /**
     * Removes and returns the next waiter, or returns null. Among the first waiters, it is the first that has a thread;
     * otherwise the first that has been dispatched; otherwise the first.
     */
    @Nullable
    Waiter pollReady(int ofTheFirst) {
        if (size() <= 1) {
            return poll();
        }
        Waiter ready = null;
        for (Waiter next : first(ofTheFirst)) {
            if (next.hasThread()) {
                ready = next;
                break;
            }
            if (ready == null && next.standsBy()) {
                ready = next;
            }
        }
        if (ready == null) {
            return poll();
        }
        remove(ready);
        return ready;
    }

    /** {@return the first waiters without those that stand by} */
    List<Waiter> withoutThread(int ofTheFirst) {
        return first(ofTheFirst).stream()
                .filter(waiter -> !waiter.standsBy() && !waiter.triesOnce())
                .toList();
    }

    /** {@return the first waiters in the order of their places} */
    private List<Waiter> first(int count) {
        Iterator<Waiter> arrived = waiters.iterator();
        Iterator<Waiter> back = returned == null ? Collections.emptyIterator() : returned.iterator();
        Waiter nextArrived = arrived.hasNext() ? arrived.next() : null;
        Waiter nextBack = back.hasNext() ? back.next() : null;
        List<Waiter> first = new ArrayList<>(Math.min(count, size()));
        while (first.size() < count && (nextArrived != null || nextBack != null)) {
            if (nextBack == null || (nextArrived != null && nextArrived.placedAt() - nextBack.placedAt() < 0)) {
                first.add(Objects.requireNonNull(nextArrived));
                nextArrived = arrived.hasNext() ? arrived.next() : null;
            } else {
                first.add(nextBack);
                nextBack = back.hasNext() ? back.next() : null;
            }
        }
        return first;
    }

    /** {@return true if the waiter was still in the queue} */
    boolean remove(Waiter waiter) {
        return waiter.hasKeptPlace() ? returned != null && returned.remove(waiter) : waiters.remove(waiter);
    }

    /** Removes and returns the last waiter, if its place is behind that of a waiter with a kept place; or null. */
    @Nullable
    Waiter removeLastBehind(Waiter earlier) {
        Waiter last = waiters.peekLast();
        Waiter lastBack = returned == null ? null : returned.last();
        if (last == null || (lastBack != null && lastBack.placedAt() - last.placedAt() > 0)) {
            last = lastBack;
        }
        if (last == null || !earlier.hasKeptPlace() || last.placedAt() - earlier.placedAt() <= 0) {
            return null;
        }
        if (last.hasKeptPlace()) {
            remove(last);
        } else {
            waiters.removeLast();
        }
        return last;
    }

    /** Removes and returns the waiters whose wait is over. All waits have the same limit, so the first end first. */
    List<Waiter> removeExpired(long now) {
        List<Waiter> expired = returned == null ? List.of() : returned.removeExpired(now);
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
        if (returned == null) {
            List<Waiter> all = List.copyOf(waiters);
            waiters.clear();
            return all;
        }
        List<Waiter> all = new ArrayList<>(size());
        for (Waiter next = poll(); next != null; next = poll()) {
            all.add(next);
        }
        return all;
    }

    /** {@return the first waiter that has a deadline, or null} */
    @Nullable
    Waiter firstToExpire() {
        Waiter back = returned == null ? null : returned.firstToExpire();
        for (Waiter waiter : waiters) {
            if (!waiter.triesOnce()) {
                return back != null && back.deadline() - waiter.deadline() < 0 ? back : waiter;
            }
        }
        return back;
    }
}
