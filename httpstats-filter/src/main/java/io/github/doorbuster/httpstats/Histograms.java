package io.github.doorbuster.httpstats;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.IntCountsHistogram;

/** Creates the HdrHistograms, all with the same range and precision. */
final class Histograms {

    /** The highest trackable value; longer durations are clamped to it and counted. */
    static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(1);

    /** The lowest discernible value. */
    private static final long LOWEST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);

    /** Two significant digits: a percentile differs from a sample by at most 1 %. */
    private static final int SIGNIFICANT_DIGITS = 2;

    /** The initial range of a slice. It grows with the longest time: 3 KB for 1 ms, 14 KB for an hour. */
    private static final long INITIAL_HIGHEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Histograms() {}

    /** {@return a histogram for one slice of the window} */
    static IntCountsHistogram newSlice() {
        IntCountsHistogram slice = new IntCountsHistogram(LOWEST_NANOS, INITIAL_HIGHEST_NANOS, SIGNIFICANT_DIGITS);
        slice.setAutoResize(true);
        return slice;
    }

    /** {@return a histogram for the sum of many slices, of 27 KB} */
    static Histogram newSum() {
        return new Histogram(LOWEST_NANOS, HIGHEST_NANOS, SIGNIFICANT_DIGITS);
    }

    static long clamp(long nanos) {
        return Math.max(0, Math.min(HIGHEST_NANOS, nanos));
    }

    /** {@return a copy that takes only the memory that its longest time needs} */
    static Histogram compactCopy(AbstractHistogram histogram) {
        Histogram copy =
                new Histogram(LOWEST_NANOS, Math.max(2 * LOWEST_NANOS, histogram.getMaxValue()), SIGNIFICANT_DIGITS);
        copy.add(histogram);
        return copy;
    }

    /**
     * Subtracts the counts of a histogram that has a part of the samples. The two were read at different moments, so a
     * difference below zero counts as zero.
     */
    static void subtract(Histogram from, Histogram part) {
        Histogram common = newSum();
        for (HistogramIterationValue value : part.recordedValues()) {
            long time = value.getValueIteratedTo();
            long count = Math.min(value.getCountAtValueIteratedTo(), from.getCountAtValue(time));
            if (count > 0) {
                common.recordValueWithCount(Math.min(HIGHEST_NANOS, time), count);
            }
        }
        from.subtract(common);
    }
}
