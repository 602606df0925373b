package io.github.doorbuster.httpstats;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;

/** Creates the HdrHistograms, all with the same range and precision. */
final class Histograms {

    /** The highest trackable value; longer durations are clamped to it and counted. */
    static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(1);

    /** The lowest discernible value. */
    private static final long LOWEST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);

    /** Two significant digits: a percentile is at most 1 % beside a sample. */
    private static final int SIGNIFICANT_DIGITS = 2;

    private Histograms() {}

    /** {@return a histogram for one slice of the window, of 14 KB} */
    static IntCountsHistogram newSlice() {
        return new IntCountsHistogram(LOWEST_NANOS, HIGHEST_NANOS, SIGNIFICANT_DIGITS);
    }

    /** {@return a histogram for the sum of many slices, of 27 KB} */
    static Histogram newSum() {
        return new Histogram(LOWEST_NANOS, HIGHEST_NANOS, SIGNIFICANT_DIGITS);
    }

    static long clamp(long nanos) {
        return Math.max(0, Math.min(HIGHEST_NANOS, nanos));
    }
}
