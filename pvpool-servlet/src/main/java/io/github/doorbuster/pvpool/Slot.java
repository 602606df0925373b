package io.github.doorbuster.pvpool;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Views per item, folded under one short lock per request. */
final class Slot {

    private Map<String, Counter> counters = new HashMap<>();
    private boolean closed;

    /**
     * Adds one view for every id and returns how many items were new to this slot.
     *
     * @throws RejectedException if the slot is closed
     */
    synchronized int fold(Collection<String> ids) {
        if (closed) {
            throw RejectedException.closed();
        }
        int before = counters.size();
        for (String id : ids) {
            Counter counter = counters.get(id); // quicker than computeIfAbsent, and nearly always there
            if (counter == null) {
                counter = new Counter();
                counters.put(id, counter);
            }
            counter.views++;
        }
        return counters.size() - before;
    }

    /** Swaps the map for an empty one. What is returned never changes again, also if it is empty. */
    synchronized Map<String, Counter> take() {
        if (counters.isEmpty()) {
            return Map.of();
        }
        Map<String, Counter> taken = counters;
        counters = new HashMap<>();
        return taken;
    }

    /** From here on nothing is folded, so that what is taken next is the last. */
    synchronized void close() {
        closed = true;
    }

    /** Adds what this slot holds of each item asked for. */
    synchronized void addTo(Map<String, Long> sums) {
        for (Map.Entry<String, Long> sum : sums.entrySet()) {
            Counter counter = counters.get(sum.getKey());
            if (counter != null) {
                sum.setValue(sum.getValue() + counter.views);
            }
        }
    }

    /** A count that grows in place; guarded by whoever holds the map. */
    static final class Counter {
        long views;
    }
}
