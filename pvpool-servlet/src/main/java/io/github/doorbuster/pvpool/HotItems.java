package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.TopItems.Item;
import io.github.doorbuster.pvpool.TopItems.Window;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What is hot now: the items with the most views of the last five minutes, in bounded memory.
 *
 * <p>The window consists of slices, each with a {@link SpaceSaving} sketch. The sum of these sketches is a sketch of
 * the window whose error is the sum of theirs (Agarwal et al., "Mergeable Summaries", PODS 2012). Requests do not count
 * here: the counts of a slot are added when they are collected, once per item.
 *
 * <p>Safe for use by any number of threads.
 */
final class HotItems {

    static final int SLICES = 20;
    static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(15);

    static final Comparator<Item> MOST_VIEWS_FIRST =
            Comparator.comparingLong(Item::views).reversed().thenComparing(Item::itemId);

    private final int counters;
    private final LongSupplier nanoClock;
    private final Clock clock;
    private final long startedAt;

    @GuardedBy("this")
    private final Deque<Slice> slices = new ArrayDeque<>();

    /**
     * Creates an empty window.
     *
     * @param counters the counters of each slice; 0 if the window is off
     */
    HotItems(int counters, LongSupplier nanoClock, Clock clock) {
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.startedAt = nanoClock.getAsLong();
    }

    boolean isOn() {
        return counters > 0;
    }

    /** Adds counts of views that have been accepted in the last moment. */
    void add(Map<String, Slot.Counter> counts) {
        if (!isOn() || counts.isEmpty()) {
            return;
        }
        synchronized (this) {
            SpaceSaving sketch = currentSlice().sketch;
            counts.forEach((unit, counter) -> {
                if (!Units.isDecrement(unit)) {
                    sketch.add(unit, counter.views);
                }
            });
        }
    }

    @GuardedBy("this")
    private Slice currentSlice() {
        long number = dropOldSlices();
        Slice last = slices.peekLast();
        if (last == null || last.number < number) {
            last = new Slice(number, new SpaceSaving(counters));
            slices.add(last);
        }
        return last;
    }

    /** Drops the slices that have left the window. Returns the number of the current one. */
    @GuardedBy("this")
    private long dropOldSlices() {
        long current = (nanoClock.getAsLong() - startedAt) / SLICE_NANOS;
        while (!slices.isEmpty() && slices.getFirst().number <= current - SLICES) {
            slices.remove();
        }
        return current;
    }

    /** The items with the most views, at most {@link TopItems#MAX_COUNT}. */
    TopItems top() {
        long bound;
        Map<String, Sum> sums = new HashMap<>();
        Instant from;
        synchronized (this) {
            long first = Math.max(0, dropOldSlices() - SLICES + 1);
            from = clock.instant().minusNanos(nanoClock.getAsLong() - startedAt - first * SLICE_NANOS);
            bound = slices.stream().mapToLong(slice -> slice.sketch.error()).sum();
            slices.forEach(slice -> add(slice.sketch, sums));
        }
        List<Item> items = new ArrayList<>(sums.size());
        // An item without a counter in a slice may have as many views there as the lowest counter.
        sums.forEach((id, sum) -> items.add(new Item(id, sum.views + bound, sum.error + bound)));
        items.sort(MOST_VIEWS_FIRST);
        return new TopItems(Window.FIVE_MINUTES, from, bound, items).first(TopItems.MAX_COUNT);
    }

    private static void add(SpaceSaving sketch, Map<String, Sum> sums) {
        long missing = sketch.error();
        sketch.counters()
                .forEach((id, counter) -> sums.computeIfAbsent(id, any -> new Sum())
                        .add(counter.views() - missing, counter.error() - missing));
    }

    private record Slice(long number, SpaceSaving sketch) {}

    /** What an item has beyond the lowest counters. */
    private static final class Sum {

        private long views;
        private long error;

        void add(long moreViews, long moreError) {
            views += moreViews;
            error += moreError;
        }
    }
}
