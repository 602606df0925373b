package io.github.doorbuster.httpstats;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A clock that tests set; it starts where {@code System.nanoTime()} may well be: below zero. */
public final class FakeTime {

    private long nanos = -5_000_000_000L;

    public HttpStats stats(HttpStatsConfig.Builder builder) {
        return stats(builder, () -> nanos);
    }

    HttpStats stats(HttpStatsConfig.Builder builder, LongSupplier nanoClock) {
        return new HttpStats(builder.build(), nanoClock, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    }

    public void pass(Duration time) {
        nanos += time.toNanos();
    }

    public void request(HttpStats stats, String route, int status, Duration time) {
        long begun = stats.begin();
        pass(time);
        stats.end(begun, route, "GET", status);
    }
}
