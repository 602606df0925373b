package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Slot.Counter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies the pending counts of all items. There may be millions, so they are copied in steps, and the monitor of
 * {@link PendingViews} is held for one step at most. If counts move meanwhile, the copy is useless.
 */
final class PendingCopy {

    /** How many counts are copied at once, which takes less than a millisecond. */
    static final int STEP = 4096;

    private final long moves;
    private final Deque<Iterator<Map.Entry<String, Counter>>> sources = new ArrayDeque<>();
    private final Batch.@Nullable Rest batch;
    private final PendingMoment moment;
    private final Map<String, Long> copied;

    private final String[] units = new String[STEP];
    private final long[] views = new long[STEP];
    private int size;

    /**
     * Begins a copy, under the monitor.
     *
     * @param moves how often counts have moved
     * @param maps the counts to copy, which may change in place until counts move
     */
    PendingCopy(long moves, List<Map<String, Counter>> maps, Batch.@Nullable Rest batch, PendingMoment moment) {
        this.moves = moves;
        this.batch = batch;
        this.moment = moment;
        int items = 0;
        for (Map<String, Counter> counts : maps) {
            sources.add(counts.entrySet().iterator());
            items = Math.max(items, counts.size());
        }
        this.copied = new HashMap<>(items);
    }

    /** Takes the next counts, under the monitor. Returns false if counts have moved. */
    boolean take(long movesNow) {
        if (moves != movesNow) {
            return false;
        }
        while (size < STEP && !sources.isEmpty()) {
            Iterator<Map.Entry<String, Counter>> source = sources.getFirst();
            if (!source.hasNext()) {
                sources.remove();
                continue;
            }
            Map.Entry<String, Counter> count = source.next();
            units[size] = count.getKey();
            views[size++] = count.getValue().views;
        }
        return true;
    }

    /** Adds what was taken, without the monitor. Returns whether something is left to take. */
    boolean add() {
        for (int i = 0; i < size; i++) {
            add(units[i], views[i]);
        }
        size = 0;
        return !sources.isEmpty();
    }

    private void add(String unit, long count) {
        copied.merge(Units.itemOf(unit), Units.signed(unit, count), Long::sum);
    }

    /** The copy, when nothing is left. Needs no monitor: the counts in a batch do not change. */
    PendingTotals totals() {
        if (batch != null) {
            batch.forEach(this::add);
        }
        return new PendingTotals(copied, batch, moment);
    }
}
