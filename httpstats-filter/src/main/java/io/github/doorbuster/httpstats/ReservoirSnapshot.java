package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.Latency;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The samples of a {@link Reservoir} at one moment.
 *
 * @param byRoute by the index of the route
 * @param byStatusClass by the first digit of the status, 0 for a number that is no HTTP status
 * @param histogram of all samples; a copy
 * @param spanNanos how far back the samples may reach, or 0 if that is not limited by time
 */
record ReservoirSnapshot(
        Latency all, List<Latency> byRoute, List<Latency> byStatusClass, Histogram histogram, long spanNanos) {}
