package io.github.doorbuster.httpstats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reads the clock when requests begin and end. With each reading, it moves the window on and samples the requests in
 * flight, if that is due. Thread-safe, without locks.
 */
final class RequestClock {

    private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(PeakInFlight.SAMPLE_MILLIS);
    private static final VarHandle DUE;

    static {
        try {
            DUE = MethodHandles.lookup().findVarHandle(RequestClock.class, "due", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LongSupplier nanoClock;
    private final WindowClock window;
    private final Stripes stripes;
    private final PeakInFlight peak;
    private final LoadTicker ticker;

    /**
     * When the window moves on, or a sample of the requests in flight is due, whichever is first. So a request compares
     * its time with one number.
     */
    private volatile long due;

    RequestClock(
            LongSupplier nanoClock,
            long nanoTime,
            WindowClock window,
            Stripes stripes,
            PeakInFlight peak,
            ThreadFactory threads) {
        this.nanoClock = nanoClock;
        due = nanoTime;
        this.window = window;
        this.stripes = stripes;
        this.peak = peak;
        ticker = new LoadTicker(nanoClock, window, stripes, peak, threads);
    }

    /** {@return whether the clock is read for a request that begins} */
    boolean isReadFor(boolean timed) {
        return timed || !window.isDriven();
    }

    /** {@return the time} */
    long read() {
        return nanoClock.getAsLong();
    }

    /**
     * Records that a request has begun, and returns its ticket.
     *
     * @param isPeak what {@link Stripe#begin} returned
     * @param now the time, which was read for this request
     */
    long begun(int stripe, boolean timed, boolean isPeak, long now) {
        if (isPeak) {
            peak.sample(window.advanceTo(now));
        } else {
            doWhatIsDue(now);
        }
        if (timed) {
            return Ticket.timed(stripe, now);
        }
        ticker.clockWasRead(now);
        return stripe;
    }

    /** Records that a request has begun for which the clock was not read, and returns its ticket. */
    long begunUntimed(int stripe, boolean isPeak) {
        if (isPeak) {
            peak.sample(window.current());
        }
        return stripe;
    }

    /** Records that a request is about to end, and returns the time, or 0 if the time is not needed. */
    long ended(long ticket) {
        if (!Ticket.isTimed(ticket) && window.isDriven()) {
            return 0;
        }
        long now = nanoClock.getAsLong();
        doWhatIsDue(now);
        return now;
    }

    private void doWhatIsDue(long now) {
        long seen = due;
        if (now - seen >= 0) {
            int slice = window.advanceTo(now);
            long nextSample = now + SAMPLE_NANOS;
            long nextSlice = window.endOf(slice);
            if (DUE.compareAndSet(this, seen, nextSlice - nextSample < 0 ? nextSlice : nextSample)) {
                peak.sample(slice);
                stripes.releaseEnded();
            }
        }
    }

    void endThread() {
        ticker.end();
    }
}
