package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Counts views per item. A request takes the lock once for all its ids. */
final class Slot {

    @GuardedBy("this")
    private Map<String, Counter> counters = new HashMap<>();

    @GuardedBy("this")
    private boolean closed;

    /**
     * Counts one view for every id and returns how many items were new to this slot.
     *
     * @throws RejectedException if the slot is closed
     */
    synchronized int fold(Collection<String> ids) {
        if (closed) {
            throw RejectedException.closed();
        }
        int before = counters.size();
        for (String id : ids) {
            Counter counter = counters.get(id); // faster than computeIfAbsent, and nearly always present
            if (counter == null) {
                counter = new Counter();
                counters.put(id, counter);
            }
            counter.views++;
        }
        return counters.size() - before;
    }

    /** Swaps the map for an empty one. The returned map never changes again, even if it is empty. */
    synchronized Map<String, Counter> take() {
        if (counters.isEmpty()) {
            return Map.of();
        }
        Map<String, Counter> taken = counters;
        counters = new HashMap<>();
        return taken;
    }

    /** Rejects further views, so that the next {@link #take} is the last. */
    synchronized void close() {
        closed = true;
    }

    /** Adds the views in this slot to the sum of each item. Takes no longer than the smaller map has items. */
    synchronized void addTo(Map<String, Long> sums) {
        if (counters.size() < sums.size()) {
            counters.forEach((id, counter) -> sums.computeIfPresent(id, (same, sum) -> sum + counter.views));
            return;
        }
        for (Map.Entry<String, Long> sum : sums.entrySet()) {
            Counter counter = counters.get(sum.getKey());
            if (counter != null) {
                sum.setValue(sum.getValue() + counter.views);
            }
        }
    }

    /** A count that is increased in place. Guarded by the lock of the map that holds it. */
    static final class Counter {
        long views;
    }
}
