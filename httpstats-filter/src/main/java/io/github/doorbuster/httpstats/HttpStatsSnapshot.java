package io.github.doorbuster.httpstats;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of an {@link HttpStats} at one moment. Immutable.
 *
 * <p>Counts are exact and cumulative since the start. They are read at one moment: the count of all requests is the sum
 * over the statuses, over the routes and over the series. Times are samples of the {@linkplain #window() window}, and
 * are read a moment before the counts, so the counts may include requests whose times are not in the samples yet. There
 * are never more samples than requests.
 */
public final class HttpStatsSnapshot {

    private final HttpStatsConfig config;
    private final Instant takenAt;
    private final Duration uptime;
    private final Requests requests;
    private final InFlight inFlight;
    private final Window window;
    private final Map<String, StatusClass> statusClasses;
    private final Map<String, Route> routes;
    private final List<Series> series;
    private final Histogram histogram;

    HttpStatsSnapshot(
            HttpStatsConfig config,
            Instant takenAt,
            Duration uptime,
            Requests requests,
            InFlight inFlight,
            Window window,
            Map<String, StatusClass> statusClasses,
            Map<String, Route> routes,
            List<Series> series,
            Histogram histogram) {
        this.config = config;
        this.takenAt = takenAt;
        this.uptime = uptime;
        this.requests = requests;
        this.inFlight = inFlight;
        this.window = window;
        this.statusClasses = Collections.unmodifiableMap(statusClasses);
        this.routes = Collections.unmodifiableMap(routes);
        this.series = List.copyOf(series);
        this.histogram = histogram;
    }

    /** {@return the settings in force} */
    public HttpStatsConfig config() {
        return config;
    }

    /** {@return when the snapshot was taken} */
    public Instant takenAt() {
        return takenAt;
    }

    /** {@return how long requests have been counted} */
    public Duration uptime() {
        return uptime;
    }

    /** {@return the requests since the start} */
    public Requests requests() {
        return requests;
    }

    /** {@return the requests in flight} */
    public InFlight inFlight() {
        return inFlight;
    }

    /** {@return the times of the window, or of the last samples if {@code bufferSize} is set} */
    public Window window() {
        return window;
    }

    /**
     * {@return the status classes that occurred, {@code 1xx} to {@code 5xx} in this order, then {@code other} for any
     * other status}
     */
    public Map<String, StatusClass> statusClasses() {
        return statusClasses;
    }

    /** {@return the routes, {@code _OTHER} first, then in the order in which they were first seen} */
    public Map<String, Route> routes() {
        return routes;
    }

    /** {@return every combination of route, method and status that occurred} */
    public List<Series> series() {
        return series;
    }

    /** {@return the upper bounds in nanoseconds of the buckets in {@link Series}, without the last, unbounded one} */
    public List<Long> bucketBoundsNanos() {
        return DurationBuckets.bounds();
    }

    /** {@return the response times of the window in nanoseconds, as a copy that the caller may change} */
    public Histogram histogram() {
        return histogram.copy();
    }

    /**
     * {@return a status as text} If there are more than some thousand combinations of route, method and status, new
     * ones are counted by the class of their status. 1 to 5 then stand for {@code 1xx} to {@code 5xx}, and 6 for any
     * other status.
     *
     * @param status a status of a {@link Route} or of a {@link Series}
     */
    public static String statusName(int status) {
        if (status == SeriesIndex.OTHER_CLASS) {
            return "other";
        }
        boolean folded = status > SeriesIndex.NO_STATUS && status < SeriesIndex.OTHER_CLASS;
        return folded ? status + "xx" : Integer.toString(status);
    }

    @Override
    public String toString() {
        return "HttpStatsSnapshot[name=%s, takenAt=%s, requests=%s, inFlight=%s, window=%s]"
                .formatted(config.name(), takenAt, requests, inFlight, window);
    }

    /**
     * Counts of requests.
     *
     * @param count the requests that got a response
     * @param statusCounts how many requests got each status; 0 stands for a number that is no HTTP status
     * @param aborted the requests whose response was not delivered in full
     * @param streamed the requests whose response is a stream, which has no response time
     */
    public record Requests(long count, Map<Integer, Long> statusCounts, long aborted, long streamed) {

        /** Copies the map. */
        public Requests {
            statusCounts = sortedCopy(statusCounts);
        }
    }

    /**
     * Requests that have begun and not ended.
     *
     * @param now how many there are
     * @param max the most there have been at one moment
     */
    public record InFlight(long now, long max) {}

    /**
     * The times of the sampled requests.
     *
     * @param span how far back the samples may reach; zero if {@code bufferSize} is set
     * @param clamped how many samples since the start were below zero or above an hour, which histograms cannot hold
     * @param latency the response times
     * @param firstByte the times to first byte, where they can be measured
     * @param queueTime the times that requests waited upstream, if {@code queueTime} is on
     */
    public record Window(Duration span, long clamped, Latency latency, Latency firstByte, Latency queueTime) {}

    /**
     * A distribution of sampled times, in nanoseconds. Minimum, maximum and sum are exact; a percentile is at most 1 %,
     * or half a microsecond, beside a sample. Without samples all numbers are 0 and mean nothing.
     *
     * @param samples how many samples there are
     * @param minNanos the shortest time
     * @param maxNanos the longest time
     * @param sumNanos the sum of all times
     * @param percentiles the 50th, 90th, 95th, 99th and 99.9th percentile
     */
    public record Latency(long samples, long minNanos, long maxNanos, long sumNanos, List<Percentile> percentiles) {

        private static final double[] PERCENTILES = {50, 90, 95, 99, 99.9};

        static final Latency EMPTY = of(new DurationStats(), Histograms.newSum());

        /** Copies the list. */
        public Latency {
            percentiles = List.copyOf(percentiles);
        }

        static Latency of(DurationStats stats, AbstractHistogram histogram) {
            List<Percentile> percentiles = new ArrayList<>(PERCENTILES.length);
            for (double percentile : PERCENTILES) {
                percentiles.add(
                        stats.count() == 0
                                ? new Percentile(percentile, 0, null, null)
                                : percentile(percentile, stats, histogram));
            }
            return new Latency(stats.count(), stats.min(), stats.max(), stats.sum(), percentiles);
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
    }

    /**
     * One percentile. In 19 of 20 cases, the percentile of all requests that the sampled ones stand for is between
     * {@code lowNanos} and {@code highNanos}. The bounds are exact binomial ones.
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

    /**
     * The requests of one status class.
     *
     * @param count the requests since the start
     * @param latency the response times in the window
     */
    public record StatusClass(long count, Latency latency) {}

    /**
     * The requests of one route.
     *
     * @param count the requests since the start that got a response
     * @param statusCounts how many of them got each status; 1 to 6 stands for a class, see {@link #statusName}
     * @param latency the response times in the window
     */
    public record Route(long count, Map<Integer, Long> statusCounts, Latency latency) {

        /** Copies the map. */
        public Route {
            statusCounts = sortedCopy(statusCounts);
        }
    }

    /**
     * The requests of one route, method and status since the start, with a histogram of the sampled times.
     *
     * @param route the route, or {@code _OTHER}
     * @param method the method, or {@code _OTHER}
     * @param status the status, 0 for a number that is no HTTP status, or 1 to 6 for a class, see {@link #statusName}
     * @param count the requests
     * @param bucketCounts how many samples are in each bucket, not cumulative; see {@link #bucketBoundsNanos}
     * @param sumNanos the sum of the sampled times
     */
    public record Series(String route, String method, int status, long count, List<Long> bucketCounts, long sumNanos) {

        /** Copies the list. */
        public Series {
            bucketCounts = List.copyOf(bucketCounts);
        }
    }

    private static Map<Integer, Long> sortedCopy(Map<Integer, Long> statusCounts) {
        return Collections.unmodifiableMap(new TreeMap<>(statusCounts));
    }
}
