package io.github.doorbuster.pvpool;

import java.time.Duration;
import java.time.Instant;

/** A clock that a test advances. */
public final class FakeClock extends UtcClock {

    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    /** System.nanoTime may overflow at any time, so this one soon does. */
    private static final long START_NANOS = Long.MAX_VALUE - 5;

    private volatile Instant now = START;

    public void advance(Duration by) {
        now = now.plus(by);
    }

    public long nanoTime() {
        return START_NANOS + Duration.between(START, now).toNanos();
    }

    @Override
    public Instant instant() {
        return now;
    }
}
