package io.github.doorbuster.httpstats;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A distribution of sampled times, in nanoseconds. Minimum, maximum and sum are exact; a percentile differs from a
 * sample by at most 1 % or half a microsecond. Without samples, all numbers are 0 and have no meaning.
 *
 * @param samples how many samples there are
 * @param minNanos the shortest time
 * @param maxNanos the longest time
 * @param sumNanos the sum of all times
 * @param percentiles the percentiles of the option {@code percentiles}, and the 90th, 95th and 99th
 */
public record Latency(long samples, long minNanos, long maxNanos, long sumNanos, List<Percentile> percentiles) {

    /** Copies the list. */
    public Latency {
        percentiles = List.copyOf(percentiles);
    }

    /** {@return the average, or 0 without samples} */
    public long averageNanos() {
        return samples == 0 ? 0 : sumNanos / samples;
    }

    /**
     * Returns the time that a percentage of the samples does not exceed.
     *
     * @param percentile one of {@link #percentiles}, such as 99.9
     * @throws IllegalArgumentException if the percentile is not among them
     */
    public long percentileNanos(double percentile) {
        for (Percentile known : percentiles) {
            if (known.percentile() == percentile) {
                return known.nanos();
            }
        }
        throw new IllegalArgumentException("percentile=%s: must be one of %s"
                .formatted(
                        percentile,
                        percentiles.stream().map(Percentile::percentile).toList()));
    }

    /**
     * One percentile. With a probability of 95 %, the percentile of all requests, timed or not, is between
     * {@code lowNanos} and {@code highNanos}. The bounds are exact binomial bounds.
     *
     * @param percentile the percentage of samples that are not longer, such as 99.9
     * @param nanos the time
     * @param lowNanos the lower bound, or null if there are too few samples for one
     * @param highNanos the upper bound, or null if there are too few samples for one
     */
    public record Percentile(
            double percentile,
            long nanos,
            @Nullable Long lowNanos,
            @Nullable Long highNanos) {}
}
