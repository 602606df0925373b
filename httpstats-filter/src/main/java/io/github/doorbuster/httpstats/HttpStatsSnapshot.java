package io.github.doorbuster.httpstats;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of an {@link HttpStats} at one moment. Immutable.
 *
 * <p>Counts are exact, and cumulative since the start unless they say otherwise. The count of all requests is the sum
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
    private final List<SlowRequest> slowestRequests;
    private final Histogram histogram;
    private final Map<String, Histogram> routeHistograms;

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
            List<SlowRequest> slowestRequests,
            Histogram histogram,
            Map<String, Histogram> routeHistograms) {
        this.config = config;
        this.takenAt = takenAt;
        this.uptime = uptime;
        this.requests = requests;
        this.inFlight = inFlight;
        this.window = window;
        this.statusClasses = Collections.unmodifiableMap(statusClasses);
        this.routes = Collections.unmodifiableMap(routes);
        this.series = List.copyOf(series);
        this.slowestRequests = List.copyOf(slowestRequests);
        this.histogram = histogram;
        this.routeHistograms = Map.copyOf(routeHistograms);
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

    /** {@return the routes: {@code _OTHER}, those with an objective, then others in the order they were first seen} */
    public Map<String, Route> routes() {
        return routes;
    }

    /** {@return every combination of route, method and status that occurred} */
    public List<Series> series() {
        return series;
    }

    /** {@return the upper bounds in nanoseconds of the buckets in {@link Series}, without the last, unbounded one} */
    public List<Long> bucketBoundsNanos() {
        return Arrays.stream(NumberLists.bucketNanos(config.buckets())).boxed().toList();
    }

    /** {@return the slowest of the sampled requests of the window, the slowest first} */
    public List<SlowRequest> slowestRequests() {
        return slowestRequests;
    }

    /** {@return the response times of the window in nanoseconds, as a copy that the caller may change} */
    public Histogram histogram() {
        return histogram.copy();
    }

    /**
     * {@return the response times of a route in the window in nanoseconds, as a copy that the caller may change, or
     * empty if it has no samples}
     *
     * @param route a key of {@link #routes}
     */
    public Optional<Histogram> histogram(String route) {
        return Optional.ofNullable(routeHistograms.get(route)).map(Histogram::copy);
    }

    /**
     * {@return a status as text} If there are more than a few thousand combinations of route, method and status, new
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
     * @param statusCounts how many requests got each status; 0 stands for a number that is not an HTTP status
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
     * @param now their number; under load, it may be slightly too low
     * @param peakLow a lower bound of the most requests in flight at one moment of the window; sampled at least every
     *     100 ms while requests run
     * @param peakHigh an upper bound of the most requests in flight at one moment of the window
     */
    public record InFlight(long now, long peakLow, long peakHigh) {}

    /**
     * The requests and the sampled times of the window.
     *
     * @param span how far back the samples reach
     * @param clamped how many samples since the start were below zero or above an hour, which histograms cannot hold
     * @param counts the requests; with {@code bufferSize}, those of the last minute
     * @param latency the response times
     * @param firstByte the times to first byte, where they can be measured
     * @param queueTime the times that requests waited upstream, if {@code queueTime} is on
     */
    public record Window(
            Duration span, long clamped, Counts counts, Latency latency, Latency firstByte, Latency queueTime) {}

    /**
     * Exact counts of the requests of the window that got a response.
     *
     * @param span how far back the counts reach
     * @param requests how many requests there were
     * @param statusCounts how many of them got each status; of a route, 1 to 6 stands for a class, see
     *     {@link #statusName}
     */
    public record Counts(Duration span, long requests, Map<Integer, Long> statusCounts) {

        private static final double NANOS_PER_SECOND = 1e9;
        private static final int SERVER_ERROR = 500;
        private static final int SERVER_ERROR_CLASS = 5;

        /** Copies the map. */
        public Counts {
            statusCounts = sortedCopy(statusCounts);
        }

        /** {@return the requests per second, or 0 if no time has passed} */
        public double rate() {
            return span.isZero() ? 0 : requests * NANOS_PER_SECOND / span.toNanos();
        }

        /** {@return the requests that got a 5xx} */
        public long errors() {
            return statusCounts.entrySet().stream()
                    .filter(entry -> isError(entry.getKey()))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }

        private static boolean isError(int status) {
            return status == SERVER_ERROR_CLASS || status / 100 * 100 == SERVER_ERROR;
        }

        /** {@return the share of the requests that got a 5xx, 0 to 1, or empty without requests} */
        public OptionalDouble errorShare() {
            return requests == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) errors() / requests);
        }
    }

    /**
     * The requests of one status class.
     *
     * @param count the requests since the start
     * @param inWindow the requests in the window
     * @param latency the response times in the window
     */
    public record StatusClass(long count, long inWindow, Latency latency) {}

    /**
     * The requests of one route.
     *
     * @param count the requests since the start that got a response
     * @param statusCounts how many of them got each status; 1 to 6 stands for a class, see {@link #statusName}
     * @param window the requests in the window
     * @param latency the response times in the window
     * @param objective the objective of the route, or null if it has none
     */
    public record Route(
            long count,
            Map<Integer, Long> statusCounts,
            Counts window,
            Latency latency,
            @Nullable Objective objective) {

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

    /**
     * The objective of a route, and how often the sampled requests met it. A request meets it if it takes at most
     * {@code nanos} and does not get a 5xx.
     *
     * @param nanos the time
     * @param percent the percentage of the requests that should meet it
     * @param met the sampled requests since the start that met it
     * @param missed the sampled requests since the start that missed it
     * @param metInWindow the sampled requests in the window that met it
     * @param missedInWindow the sampled requests in the window that missed it
     */
    public record Objective(long nanos, double percent, long met, long missed, long metInWindow, long missedInWindow) {

        /** {@return the share of the requests in the window that met it, 0 to 1, or empty without requests} */
        public OptionalDouble shareInWindow() {
            long all = metInWindow + missedInWindow;
            return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) metInWindow / all);
        }
    }

    private static Map<Integer, Long> sortedCopy(Map<Integer, Long> statusCounts) {
        return Collections.unmodifiableMap(new TreeMap<>(statusCounts));
    }
}
