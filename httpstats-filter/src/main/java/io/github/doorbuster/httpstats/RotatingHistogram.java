package io.github.doorbuster.httpstats;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one route or status class, in a ring with one histogram for each slice of the window. The ring moves
 * on when the first sample of a later slice arrives, so the routes do not all move at once. The caller holds
 * {@link #lock} for all methods.
 */
final class RotatingHistogram {

    private static final int SLICES = WindowClock.SLICES;

    /** Held to add consecutive samples or to copy the slices, for a few tens of microseconds at most. */
    final ReentrantLock lock = new ReentrantLock();

    /** The number of the slice in each place of the ring. */
    @GuardedBy("lock")
    private final long[] slices = new long[SLICES];

    @GuardedBy("lock")
    private final @Nullable DurationStats[] stats = new DurationStats[SLICES];

    /** Allocated for the first sample, with the length that the longest time needs. */
    @GuardedBy("lock")
    private final @Nullable IntCountsHistogram[] histograms = new IntCountsHistogram[SLICES];

    /** The exact sums of the samples that were added last. */
    @GuardedBy("lock")
    private final DurationStats last = new DurationStats();

    /** Records samples in the exact sums only, not in the histogram. */
    @GuardedBy("lock")
    void recordStats(long slice, DurationStats samples) {
        DurationStats ofSlice = statsOf(slice);
        if (ofSlice != null) {
            ofSlice.add(samples);
        }
    }

    /** Records samples, and returns their exact sums, which are valid until the next call. */
    @GuardedBy("lock")
    DurationStats record(long slice, long[] nanos, int from, int to) {
        last.clear();
        last.add(nanos, from, to);
        DurationStats ofSlice = statsOf(slice);
        if (ofSlice == null) {
            return last;
        }
        int slot = WindowClock.slot(slice);
        IntCountsHistogram histogram = histograms[slot];
        if (histogram == null) {
            histogram = histograms[slot] = Histograms.newSlice();
        }
        ofSlice.add(last);
        try {
            for (int i = from; i < to; i++) {
                histogram.recordValue(Histograms.clamp(nanos[i]));
            }
        } catch (OutOfMemoryError e) {
            // The histogram has counted its new length already and can no longer be read.
            ofSlice.clear();
            histograms[slot] = null;
            throw e;
        }
        return last;
    }

    /** {@return where samples of a slice are added, or null if the slice has left the window} */
    @GuardedBy("lock")
    private @Nullable DurationStats statsOf(long slice) {
        int slot = WindowClock.slot(slice);
        if (slices[slot] > slice) {
            return null;
        }
        DurationStats ofSlice = stats[slot];
        if (ofSlice == null) {
            ofSlice = stats[slot] = new DurationStats();
        }
        if (slices[slot] < slice) {
            slices[slot] = slice;
            ofSlice.clear();
            IntCountsHistogram histogram = histograms[slot];
            if (histogram != null) {
                histogram.reset();
            }
        }
        return ofSlice;
    }

    /** Adds the samples of the window that ends with a slice. */
    @GuardedBy("lock")
    void addTo(DurationStats sumOfStats, Histogram sum, long currentSlice) {
        for (int slot = 0; slot < SLICES; slot++) {
            DurationStats ofSlice = stats[slot];
            if (ofSlice != null && ofSlice.count() > 0 && slices[slot] > currentSlice - SLICES) {
                sumOfStats.add(ofSlice);
                AbstractHistogram histogram = histograms[slot];
                if (histogram != null) {
                    sum.add(histogram);
                }
            }
        }
    }
}
