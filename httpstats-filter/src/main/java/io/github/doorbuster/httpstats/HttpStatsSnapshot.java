package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.latency.LatencySummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The numbers of one moment, all of them consistent: {@code count} is the sum over the statuses, over the routes and
 * over the series, also while requests come in.
 *
 * @param config the settings in force
 * @param takenAt when it was taken
 * @param uptime how long requests have been counted
 * @param windowSpan how much of the past the times may come from; zero where the last samples are kept
 * @param count requests that were answered, since the start
 * @param statusCounts how many were answered with each status seen; 0 stands for what is no HTTP status
 * @param inFlight requests begun and not ended
 * @param maxInFlight the most that ever were in flight at once
 * @param aborted requests whose answer did not get through whole
 * @param streamed requests that became a stream, which has no response time
 * @param clamped samples below zero or above an hour, which histograms cannot hold as they are
 * @param latency the response times of all
 * @param statusClasses by {@code 1xx} to {@code 5xx}, those that occurred; {@code other} is what is none of them
 * @param routes the routes in the order they were first seen
 * @param series every combination of route, method and status that occurred
 * @param firstByte the times until the first byte of the answer, where they can be told
 * @param queued the times requests waited upstream, where they are told
 * @param histogram the response times of all; a copy of the reader's own
 */
public record HttpStatsSnapshot(
        HttpStatsConfig config,
        Instant takenAt,
        Duration uptime,
        Duration windowSpan,
        long count,
        Map<Integer, Long> statusCounts,
        long inFlight,
        long maxInFlight,
        long aborted,
        long streamed,
        long clamped,
        LatencySummary latency,
        Map<String, Group> statusClasses,
        Map<String, Route> routes,
        List<Series> series,
        LatencySummary firstByte,
        LatencySummary queued,
        Histogram histogram) {

    /**
     * The requests of one status class.
     *
     * @param count how many were answered
     * @param latency their response times
     */
    public record Group(long count, LatencySummary latency) {}

    /**
     * The requests of one route.
     *
     * @param count how many were answered
     * @param statusCounts how many with each status
     * @param latency their response times
     */
    public record Route(long count, Map<Integer, Long> statusCounts, LatencySummary latency) {}

    /**
     * The requests of one route, method and status since the start, as a histogram that only grows.
     *
     * @param route the route, or {@code _OTHER}
     * @param method the method, or {@code _OTHER}
     * @param status the status, or 0
     * @param count how many were answered
     * @param bucketCounts how many sampled times fall into each bucket, not cumulative
     * @param sumNanos the sampled times together
     */
    public record Series(String route, String method, int status, long count, List<Long> bucketCounts, long sumNanos) {}

    /**
     * Returns the upper bounds of the buckets in {@link Series}; the last bucket, which has none, left out.
     *
     * @return the bounds in nanoseconds
     */
    public static List<Long> bucketBoundsNanos() {
        return DurationBuckets.bounds();
    }
}
