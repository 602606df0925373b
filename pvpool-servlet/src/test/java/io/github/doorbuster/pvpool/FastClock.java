package io.github.doorbuster.pvpool;

import java.time.Instant;

/** A clock on which six hours pass in a second. Processes with the same start show the same time. */
public final class FastClock extends UtcClock {

    private static final long FACTOR = 6 * 3600;

    private final long start;

    public FastClock(long startMillis) {
        this.start = startMillis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(start + FACTOR * (System.currentTimeMillis() - start));
    }

    /** The hour, such as {@code 2026-11-22T08}. */
    public String hour() {
        return instant().toString().substring(0, 13);
    }
}
