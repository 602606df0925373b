package io.github.doorbuster.buylock;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The waiters with a kept place, by place and by arrival. Plain data; not safe for use by threads. */
final class ReturnedWaiters {

    private final TreeMap<Position, Waiter> byPlace = new TreeMap<>();
    private final Map<Waiter, Position> byArrival = new LinkedHashMap<>();
    private long added;

    private record Position(long placedAt, long order) implements Comparable<Position> {

        private static final Comparator<Position> ORDER =
                Comparator.comparingLong(Position::placedAt).thenComparingLong(Position::order);

        @Override
        public int compareTo(Position other) {
            return ORDER.compare(this, other);
        }
    }

    int size() {
        return byPlace.size();
    }

    void add(Waiter waiter) {
        Position position = new Position(waiter.placedAt(), added++);
        byPlace.put(position, waiter);
        byArrival.put(waiter, position);
    }

    /** {@return the waiters by place} */
    Iterator<Waiter> iterator() {
        return byPlace.values().iterator();
    }

    boolean remove(Waiter waiter) {
        Position position = byArrival.remove(waiter);
        return position != null && byPlace.remove(position) != null;
    }

    /** {@return the waiter with the earliest place, or null} */
    @Nullable
    Waiter first() {
        return byPlace.isEmpty() ? null : byPlace.firstEntry().getValue();
    }

    /** {@return the waiter with the latest place, or null} */
    @Nullable
    Waiter last() {
        return byPlace.isEmpty() ? null : byPlace.lastEntry().getValue();
    }

    /** {@return the waiter whose wait began first, or null} */
    @Nullable
    Waiter firstToExpire() {
        return byArrival.isEmpty() ? null : byArrival.keySet().iterator().next();
    }

    /** Removes and returns the waiters whose wait is over. All waits have the same limit, so the first end first. */
    List<Waiter> removeExpired(long now) {
        List<Waiter> expired = new ArrayList<>();
        for (Iterator<Map.Entry<Waiter, Position>> all = byArrival.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Waiter, Position> next = all.next();
            if (!next.getKey().isExpired(now)) {
                break;
            }
            all.remove();
            byPlace.remove(next.getValue());
            expired.add(next.getKey());
        }
        return expired;
    }
}
