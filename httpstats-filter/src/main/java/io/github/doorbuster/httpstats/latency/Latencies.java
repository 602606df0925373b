package io.github.doorbuster.httpstats.latency;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The response times of one moment.
 *
 * @param all of every request
 * @param byRoute by the route's number; routes beyond its end have no samples
 * @param byStatusClass by the status' hundreds; six, the first for what is no HTTP status
 * @param histogram of every request; the reader's own copy
 * @param spanNanos how much time the samples may span; 0 when it is not time that bounds them
 */
public record Latencies(
        LatencySummary all,
        List<LatencySummary> byRoute,
        List<LatencySummary> byStatusClass,
        Histogram histogram,
        long spanNanos) {}
