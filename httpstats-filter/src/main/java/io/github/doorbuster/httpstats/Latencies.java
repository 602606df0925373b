package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.Latency.Percentile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;

/** Computes the configured percentiles of histograms. Immutable. */
final class Latencies {

    private final double[] percentiles;
    private final Latency empty;

    Latencies(double... percentiles) {
        this.percentiles = percentiles.clone();
        empty = new Latency(
                0,
                0,
                0,
                0,
                Arrays.stream(percentiles)
                        .mapToObj(percentile -> new Percentile(percentile, 0, null, null))
                        .toList());
    }

    Latency empty() {
        return empty;
    }

    /** {@return the distribution of samples, given their exact numbers and their histogram} */
    Latency of(DurationStats stats, AbstractHistogram histogram) {
        if (stats.count() == 0) {
            return empty;
        }
        List<Percentile> values = new ArrayList<>(percentiles.length);
        for (double percentile : percentiles) {
            values.add(percentile(percentile, stats, histogram));
        }
        return new Latency(stats.count(), stats.min(), stats.max(), stats.sum(), values);
    }

    private static Percentile percentile(double percentile, DurationStats stats, AbstractHistogram histogram) {
        PercentileBounds bounds = PercentileBounds.of(stats.count(), percentile);
        Long low = bounds.lowRank() == 0
                ? null
                : stats.clamp(histogram.lowestEquivalentValue(valueAtRank(histogram, bounds.lowRank())));
        Long high = bounds.highRank() == 0 ? null : (Long) stats.clamp(valueAtRank(histogram, bounds.highRank()));
        // The upper end of a bucket may lie above its longest sample.
        return new Percentile(percentile, stats.clamp(histogram.getValueAtPercentile(percentile)), low, high);
    }

    private static long valueAtRank(AbstractHistogram histogram, long rank) {
        return histogram.getValueAtPercentile((rank - 0.5) * 100 / histogram.getTotalCount());
    }
}
