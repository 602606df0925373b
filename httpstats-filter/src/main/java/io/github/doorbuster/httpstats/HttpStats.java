package io.github.doorbuster.httpstats;

import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts every request and times a random sample of them.
 *
 * <p>Use it through the servlet filter, through the Jetty handler, or directly:
 *
 * <pre>{@code
 * HttpStatsConfig config = HttpStatsConfig.builder().samplingFactor(10).build();
 * HttpStats stats = HttpStats.builder().config(config).build();
 * long ticket = stats.begin();
 * int status = handle(request);
 * stats.end(ticket, "/buy", "POST", status);
 * }</pre>
 *
 * <p>Thread-safe. {@link #begin} and {@link #end} throw nothing, do not wait for readers, and allocate only when a
 * route, method or status is seen for the first time. They hold a lock for nanoseconds. One of several hundred timed
 * requests moves the collected samples into histograms, which takes microseconds.
 *
 * <p>There is nothing to close. If {@code samplingFactor} is above 1, a daemon thread reads the clock for the requests
 * while there are more than 1,000 per second. The thread ends a second after the load, or when {@link #endThread} is
 * called.
 */
public final class HttpStats {

    /** The header in which a proxy states when it received the request; see {@link #recordQueueTime}. */
    public static final String QUEUE_TIME_HEADER = "X-Request-Start";

    /**
     * The request attribute that excludes a request from the statistics: set it to {@code Boolean.TRUE} before the
     * request ends. {@code /stats} sets it for its own requests.
     */
    public static final String EXCLUDE_ATTRIBUTE = "io.github.doorbuster.httpstats.exclude";

    /** The window of the counts if {@code bufferSize} is set. */
    private static final int WINDOW_SECONDS_WITH_BUFFER = 60;

    private final HttpStatsConfig config;
    private final LongSupplier nanoClock;
    private final Clock clock;
    private final long startedAt;
    private final Routes routes;
    private final SeriesIndex series;
    private final RequestLifecycle requests;
    private final Objectives objectives;
    private final Latencies latencies;
    private final WindowClock window;
    private final SampleRecorder recorder;
    private final Stripes stripes;
    private final PeakInFlight peak;
    private final RequestClock requestClock;
    private final SlowestRequests slowest;

    HttpStats(HttpStatsConfig config, LongSupplier nanoClock, Clock clock, int processors, ThreadFactory threads) {
        this.config = config;
        this.nanoClock = nanoClock;
        this.clock = clock;
        startedAt = nanoClock.getAsLong();
        objectives = Objectives.parse(config.objectives());
        routes = new Routes(config.maxRoutes(), objectives.routes());
        series = new SeriesIndex(routes.capacity());
        latencies = new Latencies(NumberLists.percentiles(config.percentiles()));
        int stripeCount = Stripes.count(processors);
        Integer windowSeconds = config.windowSeconds();
        window = new WindowClock.Padded(windowSeconds == null ? WINDOW_SECONDS_WITH_BUFFER : windowSeconds, startedAt);
        recorder = new SampleRecorder(
                series,
                routes.capacity(),
                NumberLists.bucketNanos(config.buckets()),
                routes -> newReservoir(routes, stripeCount));
        stripes = new Stripes(stripeCount, recorder.batchSize());
        peak = new PeakInFlight(stripes);
        requestClock = new RequestClock(nanoClock, startedAt, window, stripes, peak, threads);
        requests = new RequestLifecycle(
                config.samplingFactor(),
                requestClock,
                window,
                stripes,
                new SeriesLookup(routes, series, objectives),
                recorder);
        slowest = new SlowestRequests(config.slowestRequests());
    }

    private Reservoir newReservoir(int routes, int writers) {
        Integer bufferSize = config.bufferSize();
        return bufferSize == null
                ? new SlidingWindow(window, routes)
                : new LastSamples(bufferSize, routes, writers, startedAt);
    }

    /** {@return a builder that starts from the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the settings in force} */
    public HttpStatsConfig config() {
        return config;
    }

    /**
     * Names the route of a servlet mapping. A route is named by its pattern, with two exceptions: the route of the
     * context root, whose pattern is empty, is {@code /}, because Prometheus treats an empty label as a missing one;
     * the route of the default servlet, whose pattern is {@code /}, is {@code /*}, which no other servlet can have at
     * the same time.
     *
     * @param pattern the pattern of a servlet mapping
     */
    public static String routeOf(String pattern) {
        if (pattern.length() > 1) {
            return pattern;
        }
        return switch (pattern) {
            case "" -> "/";
            case "/" -> "/*";
            default -> pattern;
        };
    }

    /**
     * Records that a request begins. Each call needs one call of {@code end} or {@code discard}, from any thread.
     *
     * @return a ticket to pass to {@code end}
     */
    public long begin() {
        return requests.begin();
    }

    /**
     * Records that a request is first seen when it has been running for an unknown time. It is counted, but not timed.
     *
     * @return a ticket to pass to {@code end}
     */
    public long beginUntimed() {
        return Ticket.stripe(begin());
    }

    /** {@return whether the request of a ticket is in the sample} */
    public static boolean isTimed(long ticket) {
        return Ticket.isTimed(ticket);
    }

    /**
     * Records that a request ended with a complete response.
     *
     * @param ticket what {@link #begin} returned
     * @param route the pattern that the request matched, such as {@code /items/*}; never the path itself
     * @param method the request method
     * @param status the status that was sent
     */
    public void end(long ticket, @Nullable String route, @Nullable String method, int status) {
        end(ticket, route, method, status, Outcome.COMPLETED);
    }

    /**
     * Records that a request ended.
     *
     * @param ticket what {@link #begin} returned
     * @param route the pattern that the request matched, such as {@code /items/*}; never the path itself
     * @param method the request method
     * @param status the status that was sent; 0 for an aborted request without a response, which counts as aborted only
     * @param outcome how the request ended
     */
    public void end(long ticket, @Nullable String route, @Nullable String method, int status, Outcome outcome) {
        requests.end(ticket, route, method, status, outcome);
    }

    /**
     * Records that a request ended, and remembers it if it is one of the slowest.
     *
     * @param ticket what {@link #begin} returned
     * @param route the pattern that the request matched, such as {@code /items/*}; never the path itself
     * @param method the request method
     * @param status the status that was sent; 0 for an aborted request without a response, which counts as aborted only
     * @param outcome how the request ended
     * @param request the request, which the details are read from
     * @param details how they are read
     */
    public <R> void end(
            long ticket,
            @Nullable String route,
            @Nullable String method,
            int status,
            Outcome outcome,
            R request,
            RequestDetails<R> details) {
        long nanos = requests.end(ticket, route, method, status, outcome);
        if (nanos >= 0 && slowest.isSlow(window.current(), nanos)) {
            int slice = window.current();
            slowest.add(
                    slice,
                    SlowRequest.of(
                            details.path(request),
                            Methods.name(Methods.indexOf(method)),
                            status,
                            nanos,
                            clock.instant(),
                            details.traceparent(request)));
        }
    }

    /** Forgets a request that has begun: it is neither counted nor timed, and no longer in flight. */
    public void discard(long ticket) {
        requests.discard(ticket);
    }

    /**
     * Records that the first byte of a response is sent. Does nothing if the request is not timed.
     *
     * @param ticket what {@link #begin} returned
     */
    public void recordFirstByte(long ticket) {
        if (isTimed(ticket)) {
            long now = nanoClock.getAsLong();
            recordTime(SampleBatch.FIRST_BYTE, Ticket.elapsedNanos(ticket, now), now);
        }
    }

    /**
     * Records how long a request waited upstream. Any client can send the header, so a value is ignored if it is not a
     * time, more than a second in the future, or more than an hour in the past.
     *
     * @param header the value of {@value #QUEUE_TIME_HEADER}: a Unix time in seconds, milliseconds or microseconds
     */
    public void recordQueueTime(@Nullable String header) {
        QueueTimeHeader.nanosSince(header, clock.millis())
                .ifPresent(nanos -> recordTime(SampleBatch.QUEUE_TIME, nanos, nanoClock.getAsLong()));
    }

    private void recordTime(int id, long nanos, long now) {
        window.advanceTo(now);
        Stripe stripe = stripes.acquireShared();
        try {
            stripe.addTime(window.current(), recorder, id, nanos, now);
        } finally {
            stripe.unlock();
        }
    }

    /** Returns the current numbers. Requests continue meanwhile, and readers do not affect one another. */
    public HttpStatsSnapshot snapshot() {
        long now = nanoClock.getAsLong();
        int slice = window.advanceTo(now);
        long inFlight = peak.sample(slice);
        stripes.drainTo(recorder);
        // Read the samples first, so that the counts include the request of each sample.
        RecordedSamples samples = recorder.samples(slice, now, latencies);
        RequestCounts counts = stripes.counts(series.size(), slice);
        return new SnapshotBuilder(
                        config, routes, series, objectives, recorder, counts, samples, window.spanNanos(slice, now))
                .build(
                        clock.instant(),
                        now - startedAt,
                        new HttpStatsSnapshot.InFlight(
                                inFlight, peak.highest(slice), Math.max(peak.highest(slice), counts.peakInFlight())),
                        slowest.of(slice));
    }

    /**
     * Ends the thread that runs while requests are frequent, and waits until it has ended, at most a second. The filter
     * and the handler do this when they are destroyed. If requests become frequent again, a new thread starts.
     */
    public void endThread() {
        requestClock.endThread();
    }

    Stripes stripes() {
        return stripes;
    }

    /** Builds an {@link HttpStats}. */
    public static final class Builder {

        private HttpStatsConfig config = HttpStatsConfig.builder().build();

        private Builder() {}

        /** Sets the settings. Default: those of {@code HttpStatsConfig.builder().build()}. */
        public Builder config(HttpStatsConfig config) {
            this.config = Objects.requireNonNull(config);
            return this;
        }

        /** Builds the instance, which counts from now on. */
        public HttpStats build() {
            int processors = Runtime.getRuntime().availableProcessors();
            return new HttpStats(config, System::nanoTime, Clock.systemUTC(), processors, LoadTicker::newThread);
        }
    }
}
