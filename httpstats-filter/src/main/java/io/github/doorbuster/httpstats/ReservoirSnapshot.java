package io.github.doorbuster.httpstats;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a {@link Reservoir} at one moment.
 *
 * @param byRoute by the index of the route
 * @param byStatusClass by the first digit of the status, 0 for a number that is no HTTP status
 * @param histogram of all samples; a copy
 * @param histograms by the index of the route, null for a route without samples; copies
 * @param spanNanos how far back the samples reach
 */
record ReservoirSnapshot(
        Latency all,
        List<Latency> byRoute,
        List<Latency> byStatusClass,
        Histogram histogram,
        List<@Nullable Histogram> histograms,
        long spanNanos) {}
