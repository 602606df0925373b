package io.github.doorbuster.httpstats;

import java.time.Clock;
import java.util.Objects;
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
 * long start = stats.begin();
 * int status = handle(request);
 * stats.end(start, "/buy", "POST", status);
 * }</pre>
 *
 * <p>Thread-safe. {@link #begin} and {@link #end} throw nothing and allocate nothing. They hold locks for nanoseconds,
 * except that one timed request in some hundred (with {@code bufferSize}, at least one in each millisecond) moves the
 * collected samples into histograms, and may then wait briefly for a reader. There is no thread and nothing to close.
 */
public final class HttpStats {

    /** What {@link #begin} returns for a request that is not timed. */
    public static final long UNTIMED = Long.MIN_VALUE;

    /** The header in which a proxy states when it received the request; see {@link #recordQueueTime}. */
    public static final String QUEUE_TIME_HEADER = "X-Request-Start";

    /**
     * The request attribute that keeps a request out of the statistics: set it to {@code Boolean.TRUE} before the
     * request ends. {@code /stats} sets it for itself.
     */
    public static final String EXCLUDE_ATTRIBUTE = "io.github.doorbuster.httpstats.exclude";

    private final HttpStatsConfig config;
    private final LongSupplier nanoClock;
    private final Clock clock;
    private final int samplingFactor;
    private final long startedAt;
    private final Routes routes;
    private final SeriesIndex series;
    private final SampleRecorder recorder;
    private final Stripes stripes;

    HttpStats(HttpStatsConfig config, LongSupplier nanoClock, Clock clock) {
        this.config = config;
        this.nanoClock = nanoClock;
        this.clock = clock;
        samplingFactor = config.samplingFactor();
        startedAt = nanoClock.getAsLong();
        routes = new Routes(config.maxRoutes());
        series = new SeriesIndex(routes.capacity());
        int stripeCount = Stripes.count(Runtime.getRuntime().availableProcessors());
        recorder = new SampleRecorder(series, routes.capacity(), routes -> newReservoir(routes, stripeCount));
        stripes = new Stripes(stripeCount, recorder.batchSize(), startedAt);
    }

    private Reservoir newReservoir(int routes, int writers) {
        Integer bufferSize = config.bufferSize();
        Integer windowSeconds = config.windowSeconds();
        return windowSeconds != null
                ? new SlidingWindow(windowSeconds, routes, startedAt)
                : new LastSamples(Objects.requireNonNull(bufferSize), routes, writers, startedAt);
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
     * Names the route of a servlet mapping. A route is named by its pattern, with two exceptions: the context root,
     * whose pattern is empty, is {@code /}, since Prometheus takes an empty label for a missing one; the default
     * servlet, whose pattern is {@code /}, is {@code /*}, a pattern that no other servlet can have beside it.
     *
     * @param pattern the pattern of a servlet mapping
     */
    public static String routeOf(String pattern) {
        return switch (pattern) {
            case "" -> "/";
            case "/" -> "/*";
            default -> pattern;
        };
    }

    /**
     * Records that a request begins. Each call needs one call of {@code end}, from any thread.
     *
     * @return the start time to pass to {@code end}, or {@link #UNTIMED} if the request is not in the sample
     */
    public long begin() {
        boolean timed;
        boolean counted;
        Stripe stripe = stripes.acquire();
        try {
            timed = stripe.sample(samplingFactor);
            counted = stripe.inFlight < stripe.inFlightLimit;
            if (counted) {
                stripe.inFlight++;
            }
        } finally {
            stripe.unlock();
        }
        if (!counted) {
            stripes.beginBeyondLimit(stripe);
        }
        return timed ? nanoClock.getAsLong() : UNTIMED;
    }

    /**
     * Records that a request is first seen when it has been running for an unknown time. It is counted, but not timed.
     *
     * @return what to pass to {@code end}
     */
    public long beginUntimed() {
        begin();
        return UNTIMED;
    }

    /**
     * Records that a request ended with a complete response.
     *
     * @param start what {@link #begin} returned
     * @param route the pattern that the request matched, such as {@code /items/*}; never the path itself
     * @param method the request method
     * @param status the status that was sent
     */
    public void end(long start, @Nullable String route, @Nullable String method, int status) {
        end(start, route, method, status, Outcome.COMPLETED);
    }

    /**
     * Records that a request ended.
     *
     * @param start what {@link #begin} returned
     * @param route the pattern that the request matched, such as {@code /items/*}; never the path itself
     * @param method the request method
     * @param status the status that was sent; 0 for an aborted request without a response, which counts as aborted only
     * @param outcome how the request ended
     */
    public void end(long start, @Nullable String route, @Nullable String method, int status, Outcome outcome) {
        long now = start == UNTIMED ? 0 : nanoClock.getAsLong();
        boolean responded = status > 0 || outcome != Outcome.ABORTED;
        int id = responded ? series.idOf(routes.indexOf(route), Methods.indexOf(method), status) : 0;
        int exactStatus = responded && series.isFolded(id) ? series.exactStatus(status) : -1;
        Stripe stripe = stripes.acquire();
        try {
            stripe.inFlight--;
            if (outcome != Outcome.COMPLETED) {
                stripe.count(outcome);
            }
            if (responded) {
                stripe.count(id);
                if (exactStatus >= 0) {
                    stripe.count(exactStatus);
                }
                if (start != UNTIMED && outcome != Outcome.STREAMED) {
                    recorder.record(stripe, id, now - start, now);
                }
            }
        } finally {
            stripe.unlock();
        }
    }

    /** Forgets a request that has begun: it is neither counted nor timed, and no longer in flight. */
    public void discard(long start) {
        Stripe stripe = stripes.acquire();
        try {
            stripe.inFlight--;
        } finally {
            stripe.unlock();
        }
    }

    /**
     * Records that the first byte of a response is sent. Does nothing if the request is not timed.
     *
     * @param start what {@link #begin} returned
     */
    public void recordFirstByte(long start) {
        if (start != UNTIMED) {
            record(SampleRecorder.FIRST_BYTE, nanoClock.getAsLong() - start);
        }
    }

    /**
     * Records how long a request waited upstream. Anyone can send the header, so a value is ignored if it is no time,
     * more than a second in the future or more than an hour in the past.
     *
     * @param header the value of {@value #QUEUE_TIME_HEADER}: a Unix time in seconds, milliseconds or microseconds
     */
    public void recordQueueTime(@Nullable String header) {
        QueueTimeHeader.nanosSince(header, clock.millis()).ifPresent(nanos -> record(SampleRecorder.QUEUE_TIME, nanos));
    }

    private void record(int id, long nanos) {
        long now = nanoClock.getAsLong();
        Stripe stripe = stripes.acquire();
        try {
            recorder.record(stripe, id, nanos, now);
        } finally {
            stripe.unlock();
        }
    }

    /** Returns the current numbers. Requests continue meanwhile, and readers do not affect one another. */
    public HttpStatsSnapshot snapshot() {
        for (Stripe stripe : stripes.all()) {
            Stripes.lock(stripe);
            try {
                recorder.drain(stripe);
            } finally {
                stripe.unlock();
            }
        }
        long now = nanoClock.getAsLong();
        // The samples first: each sample is then of a request that the counts include.
        RecordedSamples samples = recorder.samples(now, series.size());
        RequestCounts counts = stripes.counts(series);
        return new SnapshotBuilder(config, routes, series, counts, samples).build(clock.instant(), now - startedAt);
    }

    /** Builds an {@link HttpStats}. */
    public static final class Builder {

        private HttpStatsConfig config = HttpStatsConfig.builder().build();

        private Builder() {}

        /** Sets the settings. Default: those of {@code HttpStatsConfig.builder().build()}. */
        public Builder config(HttpStatsConfig config) {
            this.config = config;
            return this;
        }

        /** Builds the instance, which counts from now on. */
        public HttpStats build() {
            return new HttpStats(config, System::nanoTime, Clock.systemUTC());
        }
    }
}
