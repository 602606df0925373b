package io.github.doorbuster.httpstats.latency;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;

/** How finely histograms tell times apart, and how far they reach. */
public final class Resolution {

    /** The longest time a histogram holds; longer ones are clamped to it and counted. */
    public static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(1);

    /** The relative error of a percentile, in percent. */
    public static final int RELATIVE_ERROR_PERCENT = 1;

    /** Times below it are not told apart. */
    private static final long LOWEST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);

    private static final int SIGNIFICANT_DIGITS = 2;

    private Resolution() {}

    /** A histogram for one slice of the window: 14 KB. */
    static IntCountsHistogram slice() {
        return new IntCountsHistogram(LOWEST_NANOS, HIGHEST_NANOS, SIGNIFICANT_DIGITS);
    }

    /** A histogram that many slices fit into: 27 KB. */
    static Histogram sum() {
        return new Histogram(LOWEST_NANOS, HIGHEST_NANOS, SIGNIFICANT_DIGITS);
    }

    static long clamp(long nanos) {
        return Math.max(0, Math.min(HIGHEST_NANOS, nanos));
    }
}
