package io.github.doorbuster.httpstats.latency;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/** The times of one route or status class in every slice of the window. */
final class SlicedTimes {

    private final Tally[] tallies = new Tally[SlidingWindow.SLICES];
    private final @Nullable IntCountsHistogram[] histograms = new IntCountsHistogram[SlidingWindow.SLICES];

    /** The sum over the closed slices, so that a reader adds two histograms and not six. */
    private @Nullable Histogram closed;

    SlicedTimes() {
        for (int i = 0; i < tallies.length; i++) {
            tallies[i] = new Tally();
        }
    }

    void tally(int slot, Tally run) {
        tallies[slot].add(run);
    }

    void record(int slot, boolean open, Tally run, long[] nanos, int from, int to) {
        tallies[slot].add(run);
        IntCountsHistogram histogram = histograms[slot];
        if (histogram == null) {
            histogram = histograms[slot] = Resolution.slice();
        }
        for (int i = from; i < to; i++) {
            histogram.recordValue(Resolution.clamp(nanos[i]));
        }
        if (!open) {
            for (int i = from; i < to; i++) {
                closed().recordValue(Resolution.clamp(nanos[i]));
            }
        }
    }

    void close(int slot) {
        IntCountsHistogram histogram = histograms[slot];
        if (histogram != null && histogram.getTotalCount() > 0) {
            closed().add(histogram);
        }
    }

    /** Forgets a closed slice. */
    void clear(int slot) {
        tallies[slot].clear();
        IntCountsHistogram histogram = histograms[slot];
        if (histogram != null && histogram.getTotalCount() > 0) {
            closed().subtract(histogram);
            histogram.reset();
        }
    }

    private Histogram closed() {
        Histogram sum = closed;
        if (sum == null) {
            sum = closed = Resolution.sum();
        }
        return sum;
    }

    Tally total() {
        Tally total = new Tally();
        for (Tally tally : tallies) {
            total.add(tally);
        }
        return total;
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
