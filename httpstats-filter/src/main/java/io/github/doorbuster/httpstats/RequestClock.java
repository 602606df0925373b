package io.github.doorbuster.httpstats;

import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;

/**
 * Reads the clock when requests begin and end. With each reading, it moves the window on and samples the requests in
 * flight, if that is due. Thread-safe, without locks.
 */
final class RequestClock {

    private final LongSupplier nanoClock;
    private final WindowClock window;
    private final PeakInFlight peak;
    private final LoadTicker ticker;

    RequestClock(
            LongSupplier nanoClock, WindowClock window, Stripes stripes, PeakInFlight peak, ThreadFactory threads) {
        this.nanoClock = nanoClock;
        this.window = window;
        this.peak = peak;
        ticker = new LoadTicker(nanoClock, window, stripes, peak, threads);
    }

    /**
     * Records that a request has begun, and returns its ticket.
     *
     * @param next what {@link Stripe#begin} returned
     */
    long begun(int stripe, int next) {
        boolean timed = (next & Stripe.TIMED) != 0;
        if (!timed && window.isDriven()) {
            peak.sample(window.current());
            return stripe;
        }
        long now = nanoClock.getAsLong();
        int slice = window.advanceTo(now);
        if ((next & Stripe.PEAK) != 0) {
            peak.sample(slice);
        } else {
            peak.sampleIfDue(slice, now);
        }
        if (timed) {
            return Ticket.timed(stripe, now);
        }
        ticker.clockWasRead(now);
        return stripe;
    }

    /** Records that a request is about to end, and returns the time, or 0 if the time is not needed. */
    long ended(long ticket) {
        if (!Ticket.isTimed(ticket) && window.isDriven()) {
            return 0;
        }
        long now = nanoClock.getAsLong();
        peak.sampleIfDue(window.advanceTo(now), now);
        return now;
    }

    void endThread() {
        ticker.end();
    }
}
