package io.github.doorbuster.httpstats;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that moves only when told, and statistics that use it. Like {@code System.nanoTime()}, it may be negative.
 */
public final class FakeClock {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private static final ThreadFactory NO_THREAD = work -> null;

    private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

    public HttpStats newStats() {
        return newStats(HttpStatsConfig.builder());
    }

    public HttpStats newStats(HttpStatsConfig.Builder config) {
        return new HttpStats(config.build(), nanos::get, Clock.fixed(NOW, ZoneOffset.UTC), 2, NO_THREAD);
    }

    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    /** Records a request that ends now. */
    public void request(HttpStats stats, String route, int status, Duration duration) {
        long start = stats.begin();
        stats.end(Ticket.earlier(start, duration.toNanos()), route, "GET", status);
    }
}
