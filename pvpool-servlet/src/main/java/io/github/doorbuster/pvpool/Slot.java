package io.github.doorbuster.pvpool;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Views per item, folded under one short lock per request. */
final class Slot {

    private Map<String, Tally> tallies = new HashMap<>();
    private boolean closed;

    /**
     * Adds one view for every id and returns how many items were new to this slot.
     *
     * @throws RefusedException if the slot is closed
     */
    synchronized int fold(Collection<String> ids) {
        if (closed) {
            throw RefusedException.closed();
        }
        int before = tallies.size();
        for (String id : ids) {
            Tally tally = tallies.get(id); // quicker than computeIfAbsent, and nearly always there
            if (tally == null) {
                tally = new Tally();
                tallies.put(id, tally);
            }
            tally.views++;
        }
        return tallies.size() - before;
    }

    /** Swaps the map for an empty one. What is returned never changes again, also if it is empty. */
    synchronized Map<String, Tally> take() {
        if (tallies.isEmpty()) {
            return Map.of();
        }
        Map<String, Tally> taken = tallies;
        tallies = new HashMap<>();
        return taken;
    }

    /** From here on nothing is folded, so that what is taken next is the last. */
    synchronized void close() {
        closed = true;
    }

    /** Adds what this slot holds of each item asked for. */
    synchronized void addTo(Map<String, Long> sums) {
        for (Map.Entry<String, Long> sum : sums.entrySet()) {
            Tally tally = tallies.get(sum.getKey());
            if (tally != null) {
                sum.setValue(sum.getValue() + tally.views);
            }
        }
    }

    /** A count that grows in place; guarded by whoever holds the map. */
    static final class Tally {
        long views;
    }
}
