package io.github.doorbuster.httpstats.latency;

import java.util.Arrays;
import org.HdrHistogram.AbstractHistogram;

/**
 * What a set of sampled times comes to, in nanoseconds. Minimum, maximum and sum are exact; the percentiles are
 * HdrHistogram's, at most {@value Resolution#RELATIVE_ERROR_PERCENT} % (or half a microsecond) beside a sample.
 *
 * @param samples how many times were sampled; with none, every other number is 0 and means nothing
 * @param minNanos the shortest
 * @param maxNanos the longest
 * @param sumNanos all of them together
 * @param p50Nanos the time half of them did not exceed
 * @param p90Nanos the time 90 % of them did not exceed
 * @param p95Nanos the time 95 % of them did not exceed
 * @param p99Nanos the time 99 % of them did not exceed
 * @param p999Nanos the time 99.9 % of them did not exceed
 */
public record LatencySummary(
        long samples,
        long minNanos,
        long maxNanos,
        long sumNanos,
        long p50Nanos,
        long p90Nanos,
        long p95Nanos,
        long p99Nanos,
        long p999Nanos) {

    /** What no samples come to. */
    public static final LatencySummary EMPTY = new LatencySummary(0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final double[] PERCENTILES = {50, 90, 95, 99, 99.9};

    static LatencySummary of(Tally tally, AbstractHistogram histogram) {
        if (tally.count() == 0) {
            return EMPTY;
        }
        // A bucket's upper end may lie above the longest sample it holds.
        long[] p = Arrays.stream(PERCENTILES)
                .mapToLong(histogram::getValueAtPercentile)
                .map(nanos -> Math.max(tally.min(), Math.min(tally.max(), nanos)))
                .toArray();
        return new LatencySummary(tally.count(), tally.min(), tally.max(), tally.sum(), p[0], p[1], p[2], p[3], p[4]);
    }

    /**
     * Returns the mean, 0 without samples.
     *
     * @return the mean in nanoseconds
     */
    public long averageNanos() {
        return samples == 0 ? 0 : sumNanos / samples;
    }
}
