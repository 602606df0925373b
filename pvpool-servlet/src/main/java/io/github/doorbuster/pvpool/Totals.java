package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Slot.Counter;
import io.github.doorbuster.pvpool.ViewJournal.Open;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Views per item of all segments that wait, however many these are.
 *
 * <p>Guarded by the monitor of {@link PendingViews}.
 */
final class Totals {

    private Map<String, Counter> counters = new HashMap<>();

    boolean isEmpty() {
        return counters.isEmpty();
    }

    boolean contains(String id) {
        return counters.containsKey(id);
    }

    long views(String id) {
        return views(counters, id);
    }

    static long views(Map<String, Counter> counters, String id) {
        Counter counter = counters.get(id);
        return counter == null ? 0 : counter.views;
    }

    Map<String, Counter> counters() {
        return counters;
    }

    /** Adds counts, and takes over their map if it is the first. */
    void add(Map<String, Counter> counts) {
        if (counters.isEmpty()) {
            counters = counts;
        } else {
            counts.forEach((id, counter) -> add(id, counter.views));
        }
    }

    private void add(String id, long views) {
        Counter sum = counters.get(id);
        if (sum == null) {
            sum = new Counter();
            counters.put(id, sum);
        }
        sum.views += views;
    }

    void subtract(String id, long views) {
        Counter sum = counters.get(id);
        if (sum != null && sum.views <= views) {
            counters.remove(id);
        } else if (sum != null) {
            sum.views -= views;
        }
    }

    /** Removes all counts and returns them. */
    Map<String, Counter> take() {
        Map<String, Counter> taken = counters;
        counters = new HashMap<>();
        return taken;
    }

    /** The counts of a segment, or null if it is damaged and set aside. */
    static @Nullable Map<String, Counter> read(Open journal, Segment segment) throws IOException {
        Totals counts = new Totals();
        return journal.read(segment, counts::add) ? counts.counters : null;
    }
}
