package io.github.doorbuster.httpstats;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one route or status class, in a ring with one histogram for each slice of the window. The slice that
 * is being filled is open, the others are closed.
 */
final class RotatingHistogram {

    private final DurationStats[] stats = new DurationStats[SlidingWindow.SLICES];
    private final @Nullable IntCountsHistogram[] histograms = new IntCountsHistogram[SlidingWindow.SLICES];

    /** The sum of the closed slices, so that a reader adds two histograms instead of six. */
    private @Nullable Histogram closed;

    RotatingHistogram() {
        for (int i = 0; i < stats.length; i++) {
            stats[i] = new DurationStats();
        }
    }

    /** Records samples in the exact numbers only, not in the histogram. */
    void recordStats(int slot, DurationStats samples) {
        stats[slot].add(samples);
    }

    void record(int slot, boolean open, DurationStats samples, long[] nanos, int from, int to) {
        stats[slot].add(samples);
        IntCountsHistogram histogram = histograms[slot];
        if (histogram == null) {
            histogram = histograms[slot] = Histograms.newSlice();
        }
        for (int i = from; i < to; i++) {
            histogram.recordValue(Histograms.clamp(nanos[i]));
        }
        if (!open) {
            for (int i = from; i < to; i++) {
                closed().recordValue(Histograms.clamp(nanos[i]));
            }
        }
    }

    /** Closes the open slice. */
    void close(int slot) {
        IntCountsHistogram histogram = histograms[slot];
        if (histogram != null && histogram.getTotalCount() > 0) {
            closed().add(histogram);
        }
    }

    /** Drops the samples of a closed slice. */
    void clear(int slot) {
        stats[slot].clear();
        IntCountsHistogram histogram = histograms[slot];
        if (histogram != null && histogram.getTotalCount() > 0) {
            closed().subtract(histogram);
            histogram.reset();
        }
    }

    private Histogram closed() {
        Histogram sum = closed;
        if (sum == null) {
            sum = closed = Histograms.newSum();
        }
        return sum;
    }

    /** {@return the exact numbers over all slices} */
    DurationStats stats() {
        DurationStats sum = new DurationStats();
        for (DurationStats slice : stats) {
            sum.add(slice);
        }
        return sum;
    }

    void addTo(Histogram sum, int openSlot) {
        if (closed != null && closed.getTotalCount() > 0) {
            sum.add(closed);
        }
        IntCountsHistogram open = histograms[openSlot];
        if (open != null && open.getTotalCount() > 0) {
            sum.add(open);
        }
    }
}
