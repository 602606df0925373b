package io.github.doorbuster.buylock;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The wall clock in microseconds since 1970, read once a tenth of a second and carried on by the monotonic clock. */
final class SystemMicros implements LongSupplier {

    private static final long VALID_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private volatile Reading last = Reading.now();

    private record Reading(long nanos, long micros) {

        static Reading now() {
            Instant now = Instant.now();
            return new Reading(
                    System.nanoTime(), TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1_000);
        }
    }

    @Override
    public long getAsLong() {
        Reading reading = last;
        long since = System.nanoTime() - reading.nanos;
        if (since >= VALID_NANOS) {
            reading = Reading.now();
            last = reading;
            since = 0;
        }
        return reading.micros + since / 1_000;
    }
}
