package io.github.doorbuster.pvpool;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Exponential backoff with jitter, so that the nodes do not retry at the same moment. Used by one thread. */
final class Backoff {

    private static final int MAX_DOUBLINGS = 20;

    private final long firstNanos;
    private final long maxNanos;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;
    private long until;
    private boolean started;

    Backoff(int firstMillis, int maxMillis, LongSupplier nanoClock, DoubleSupplier random) {
        this.firstNanos = TimeUnit.MILLISECONDS.toNanos(firstMillis);
        this.maxNanos = TimeUnit.MILLISECONDS.toNanos(maxMillis);
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /** Starts the pause after a number of consecutive failures. Half of the pause is fixed, half of it random. */
    void start(int consecutiveFailures) {
        int doublings = Math.min(consecutiveFailures - 1, MAX_DOUBLINGS);
        long longest = Math.min(maxNanos, firstNanos << doublings);
        until = nanoClock.getAsLong() + (long) (longest * (0.5 + 0.5 * random.getAsDouble()));
        started = true;
    }

    /** Ends the pause. */
    void reset() {
        started = false;
    }

    boolean isActive() {
        return started && until - nanoClock.getAsLong() > 0;
    }
}
