package io.github.doorbuster.pvpool;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Pauses that double with each failure, of random length so that nodes do not come back all at once. */
final class Backoff {

    private final long firstNanos;
    private final long maxNanos;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;
    private long until;
    private boolean waiting;

    Backoff(int firstMillis, int maxMillis, LongSupplier nanoClock, DoubleSupplier random) {
        this.firstNanos = TimeUnit.MILLISECONDS.toNanos(firstMillis);
        this.maxNanos = TimeUnit.MILLISECONDS.toNanos(maxMillis);
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /** Begins the pause after so many failures in a row: half of it fixed, half of it random. */
    void begin(int consecutiveFailures) {
        int doublings = Math.min(consecutiveFailures - 1, 20);
        long longest = Math.min(maxNanos, firstNanos << doublings);
        until = nanoClock.getAsLong() + (long) (longest * (0.5 + 0.5 * random.getAsDouble()));
        waiting = true;
    }

    void end() {
        waiting = false;
    }

    boolean isOn() {
        return waiting && until - nanoClock.getAsLong() > 0;
    }
}
