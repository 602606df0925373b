package io.github.doorbuster.httpstats;

import org.jspecify.annotations.Nullable;

/**
 * Begins and ends requests in their stripes. If an error is thrown meanwhile, the request is not in flight afterwards,
 * and its stripe is not locked. Thread-safe; the locking is described at {@link Stripe}.
 */
final class RequestLifecycle {

    private final int samplingFactor;
    private final RequestClock clock;
    private final WindowClock window;
    private final Stripes stripes;
    private final SeriesLookup series;
    private final SampleSink sink;

    RequestLifecycle(
            int samplingFactor,
            RequestClock clock,
            WindowClock window,
            Stripes stripes,
            SeriesLookup series,
            SampleSink sink) {
        this.samplingFactor = samplingFactor;
        this.clock = clock;
        this.window = window;
        this.stripes = stripes;
        this.series = series;
        this.sink = sink;
    }

    /** Begins a request, and returns its ticket. */
    long begin() {
        Stripe stripe = stripes.acquire();
        boolean timed;
        boolean clockIsRead;
        boolean isPeak;
        long now;
        try {
            timed = stripe.isSampled(samplingFactor);
            clockIsRead = clock.isReadFor(timed);
            // Before the stripe is changed, because a processor does both at once.
            now = clockIsRead ? clock.read() : 0;
            isPeak = stripe.begin(window.current());
        } catch (Throwable e) {
            stripe.unlock(); // The request has not begun, so it will not end either.
            throw e;
        }
        if (!stripe.isExclusive()) {
            stripe.unlock();
        }
        try {
            return clockIsRead
                    ? clock.begun(stripe.index(), timed, isPeak, now)
                    : clock.begunUntimed(stripe.index(), isPeak);
        } catch (Throwable e) {
            forget(stripe.index());
            throw e;
        }
    }

    /** Ends a request. Returns its duration if it is in the sample, otherwise -1. */
    long end(long ticket, @Nullable String route, @Nullable String method, int status, Outcome outcome) {
        boolean responded = status > 0 || outcome != Outcome.ABORTED;
        boolean sampled = Ticket.isTimed(ticket) && responded && outcome != Outcome.STREAMED;
        int stripeOfRequest = Ticket.stripe(ticket);
        int id = -1;
        int exactStatus = -1;
        // Before the clock is read, for the same reason as above.
        if (responded) {
            try {
                id = series.idOf(route, method, status);
                exactStatus = series.exactStatusOf(id, status);
            } catch (Throwable e) {
                forget(stripeOfRequest);
                throw e;
            }
        }
        Stripe stripe = stripes.acquire(stripeOfRequest);
        try {
            long now = readClock(ticket, stripe);
            long nanos = sampled ? Ticket.elapsedNanos(ticket, now) : -1;
            stripe.end(window.current(), outcome);
            if (responded) {
                stripe.count(id);
                if (exactStatus >= 0) {
                    stripe.count(exactStatus);
                }
                if (sampled) {
                    addSample(stripe, id, status, nanos, now);
                }
            }
            return sampled ? Math.max(0, nanos) : -1;
        } finally {
            stripe.unlock();
        }
    }

    private long readClock(long ticket, Stripe stripe) {
        try {
            return clock.ended(ticket);
        } catch (Throwable e) {
            stripe.end(window.current(), Outcome.COMPLETED);
            throw e;
        }
    }

    private void addSample(Stripe stripe, int id, int status, long nanos, long now) {
        int objective = series.objectiveOf(id, nanos, status);
        if (objective >= 0) {
            stripe.count(objective);
        }
        if (stripe.addSample(sink, id, nanos, now)) {
            stripe.moveSamples(sink);
        }
    }

    /** Ends a request that is neither counted nor timed. */
    void discard(long ticket) {
        try {
            clock.ended(ticket);
        } finally {
            forget(Ticket.stripe(ticket));
        }
    }

    private void forget(int stripeOfRequest) {
        Stripe stripe = stripes.acquire(stripeOfRequest);
        try {
            stripe.end(window.current(), Outcome.COMPLETED);
        } finally {
            stripe.unlock();
        }
    }
}
