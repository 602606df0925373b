package io.github.doorbuster.pvpool.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The times for one write and fsync. Safe for use by any number of threads. */
final class SyncTimes {

    private static final long HIGHEST_MICROS = 3_600_000_000L;

    @GuardedBy("this")
    private final Histogram micros = new Histogram(HIGHEST_MICROS, 2);

    synchronized void record(long nanos) {
        micros.recordValue(Math.min(nanos / 1000, HIGHEST_MICROS));
    }

    /** Percentiles by name, in seconds. */
    synchronized Map<String, Double> seconds() {
        return Map.of("p50", seconds(50), "p99", seconds(99), "max", seconds(100));
    }

    @GuardedBy("this")
    private double seconds(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e6;
    }
}
