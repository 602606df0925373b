package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.latency.LastSamples;
import io.github.doorbuster.httpstats.latency.LatencyReservoir;
import io.github.doorbuster.httpstats.latency.SlidingWindow;
import java.time.Clock;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts every request and times a random sample of them.
 *
 * <p>Use it through the filter, the Jetty handler, or directly:
 *
 * <pre>{@code
 * HttpStatsConfig config = HttpStatsConfig.builder().samplingFactor(10).build();
 * HttpStats stats = HttpStats.builder().config(config).build();
 * long begun = stats.begin();
 * int status = answer(request);
 * stats.end(begun, "/buy", "POST", status);
 * }</pre>
 *
 * <p>Safe for use by many threads at once. {@link #begin} and {@link #end} throw nothing and allocate nothing. What
 * they hold, they hold for nanoseconds; once in some hundred timed requests (with {@code bufferSize}, at least once in
 * a millisecond) one of them sorts the samples that have gathered, and may meet a reader there, who never keeps it
 * long. It needs no closing: it has no thread.
 */
public final class HttpStats {

    /** What {@link #begin} returns for a request that is not timed. */
    public static final long UNTIMED = Long.MIN_VALUE;

    /** The header by which a proxy says when it took the request. */
    public static final String REQUEST_START = "X-Request-Start";

    private final HttpStatsConfig config;
    private final LongSupplier nanoClock;
    private final Clock clock;
    private final int samplingFactor;
    private final long startedAt;
    private final Routes routes;
    private final SeriesIndex series = new SeriesIndex();
    private final Timings timings;
    private final Stripes stripes;

    HttpStats(HttpStatsConfig config, LongSupplier nanoClock, Clock clock) {
        this.config = config;
        this.nanoClock = nanoClock;
        this.clock = clock;
        samplingFactor = config.samplingFactor();
        startedAt = nanoClock.getAsLong();
        routes = new Routes(config.maxRoutes());
        int stripeCount = Stripes.count(Runtime.getRuntime().availableProcessors());
        timings = new Timings(series, routes.capacity(), routes -> reservoir(routes, stripeCount));
        stripes = new Stripes(stripeCount, timings.batchSize(), startedAt);
    }

    private LatencyReservoir reservoir(int routes, int writers) {
        Integer bufferSize = config.bufferSize();
        Integer windowSeconds = config.windowSeconds();
        return windowSeconds != null
                ? new SlidingWindow(windowSeconds, routes, startedAt)
                : new LastSamples(Objects.requireNonNull(bufferSize), routes, writers, startedAt);
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the settings in force.
     *
     * @return the settings
     */
    public HttpStatsConfig config() {
        return config;
    }

    /**
     * Names the route of a servlet mapping: the pattern itself, but {@code /} for the context root, whose pattern is
     * the empty string (to Prometheus an empty label is none), and {@code /*} for the default servlet, whose pattern is
     * {@code /}. No other pattern can stand beside that of the default servlet and be {@code /*}.
     *
     * @param pattern a servlet mapping pattern
     * @return what the route is called
     */
    public static String routeOf(String pattern) {
        return switch (pattern) {
            case "" -> "/";
            case "/" -> "/*";
            default -> pattern;
        };
    }

    /**
     * Notes that a request begins. Each call needs one call of {@code end}, by whichever thread.
     *
     * @return what {@code end} has to be told: the moment, or {@link #UNTIMED}
     */
    public long begin() {
        boolean timed;
        boolean counted;
        Stripe stripe = stripes.acquire();
        try {
            timed = stripe.draw(samplingFactor);
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
     * Notes that a request was answered in full.
     *
     * @param begun what {@link #begin} returned
     * @param route the pattern of addresses it belongs to, such as {@code /items/*}; never the address itself
     * @param method the request method
     * @param status the status sent
     */
    public void end(long begun, @Nullable String route, @Nullable String method, int status) {
        end(begun, route, method, status, Outcome.ANSWERED);
    }

    /**
     * Notes that a request ended.
     *
     * @param begun what {@link #begin} returned
     * @param route the pattern of addresses it belongs to, such as {@code /items/*}; never the address itself
     * @param method the request method
     * @param status the status sent; an aborted request that was sent none has 0, and is counted as aborted only
     * @param outcome how it ended
     */
    public void end(long begun, @Nullable String route, @Nullable String method, int status, Outcome outcome) {
        long now = begun == UNTIMED ? 0 : nanoClock.getAsLong();
        boolean answered = status > 0 || outcome != Outcome.ABORTED;
        int id = answered ? series.idOf(routes.indexOf(route), Methods.indexOf(method), status) : 0;
        Stripe stripe = stripes.acquire();
        try {
            stripe.inFlight--;
            if (outcome != Outcome.ANSWERED) {
                stripe.note(outcome);
            }
            if (answered) {
                stripe.count(id);
                if (begun != UNTIMED && outcome != Outcome.STREAMED) {
                    timings.add(stripe, id, now - begun, now);
                }
            }
        } finally {
            stripe.unlock();
        }
    }

    /**
     * Notes that the first byte of a request's answer goes out.
     *
     * @param begun what {@link #begin} returned; nothing is noted for {@link #UNTIMED}
     */
    public void firstByte(long begun) {
        if (begun != UNTIMED) {
            note(Timings.FIRST_BYTE, nanoClock.getAsLong() - begun);
        }
    }

    /**
     * Notes how long a request had waited upstream before it came here. What is no time, is in the future, or is more
     * than an hour ago is ignored: it is a header anybody can send.
     *
     * @param requestStart the value of the {@value #REQUEST_START} header, in seconds, milliseconds or microseconds
     */
    public void queuedSince(@Nullable String requestStart) {
        RequestStart.queuedNanos(requestStart, clock.millis()).ifPresent(nanos -> note(Timings.QUEUED, nanos));
    }

    private void note(int id, long nanos) {
        long now = nanoClock.getAsLong();
        Stripe stripe = stripes.acquire();
        try {
            timings.add(stripe, id, nanos, now);
        } finally {
            stripe.unlock();
        }
    }

    /**
     * Takes stock of this moment, while requests go on. Readers do not disturb one another.
     *
     * @return the numbers
     */
    public HttpStatsSnapshot snapshot() {
        for (Stripe stripe : stripes.each()) {
            Stripes.lock(stripe);
            try {
                timings.drain(stripe);
            } finally {
                stripe.unlock();
            }
        }
        Stripes.Totals totals = stripes.totals(series);
        long now = nanoClock.getAsLong();
        Timings.Reading times = timings.read(now, totals.counts().length);
        return new SnapshotBuilder(config, routes, series, totals, times).build(clock.instant(), now - startedAt);
    }

    /** Collects what {@link HttpStats} is made of. */
    public static final class Builder {

        private HttpStatsConfig config = HttpStatsConfig.builder().build();

        private Builder() {}

        /** Sets the settings; by default those of {@code HttpStatsConfig.builder().build()}. */
        public Builder config(HttpStatsConfig config) {
            this.config = config;
            return this;
        }

        /** Starts counting. */
        public HttpStats build() {
            return new HttpStats(config, System::nanoTime, Clock.systemUTC());
        }
    }
}
