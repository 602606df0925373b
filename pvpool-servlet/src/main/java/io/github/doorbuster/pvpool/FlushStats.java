package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PvStore.Applied;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts what the flusher does. */
final class FlushStats {

    private static final long HIGHEST_MICROS = 3_600_000_000L;

    private final Clock clock;
    private final Histogram micros = new Histogram(HIGHEST_MICROS, 2);
    private long writtenViews;
    private long unknownViews;
    private long setAsideViews;
    private long setAsideRows;
    private long batches;
    private long chunks;
    private long alreadyAppliedChunks;
    private long statements;
    private long rows;
    private long failures;
    private int consecutiveFailures;
    private @Nullable Instant lastWrittenAt;
    private @Nullable Instant lastErrorAt;
    private @Nullable String lastError;

    FlushStats(Clock clock) {
        this.clock = clock;
    }

    synchronized void wrote(Chunk chunk, Applied applied) {
        chunks++;
        statements += applied.statements();
        alreadyAppliedChunks += applied.before() ? 1 : 0;
        rows += applied.before() ? 0 : chunk.size() - applied.setAsideRows();
        setAsideRows += applied.setAsideRows();
        setAsideViews += applied.setAsideViews();
        unknownViews += applied.unknownViews();
        writtenViews += chunk.views() - applied.setAsideViews() - applied.unknownViews();
    }

    synchronized void wroteBatch(long nanos) {
        batches++;
        consecutiveFailures = 0;
        lastWrittenAt = clock.instant();
        micros.recordValue(Math.min(nanos / 1000, HIGHEST_MICROS));
    }

    synchronized int failed(String message) {
        failures++;
        lastError = message;
        lastErrorAt = clock.instant();
        return ++consecutiveFailures;
    }

    synchronized int consecutiveFailures() {
        return consecutiveFailures;
    }

    synchronized PvPoolSnapshot snapshot(Intake intake, PendingViews pending, Map<String, Object> journal) {
        long settled = writtenViews + unknownViews + setAsideViews;
        long accepted = intake.acceptedViews();
        long recovered = intake.recoveredViews();
        return new PvPoolSnapshot(
                intake.acceptedRequests(),
                intake.repeatedRequests(),
                accepted,
                recovered,
                writtenViews,
                unknownViews,
                setAsideViews,
                accepted + recovered - settled,
                pending.items(),
                intake.rejectedRequests(),
                new PvPoolSnapshot.Flush(
                        batches,
                        pending.batches().size(),
                        chunks,
                        alreadyAppliedChunks,
                        statements,
                        rows,
                        setAsideRows,
                        failures,
                        consecutiveFailures,
                        text(lastWrittenAt),
                        lastError,
                        text(lastErrorAt),
                        seconds()),
                journal);
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private Map<String, Double> seconds() {
        if (micros.getTotalCount() == 0) {
            return Map.of();
        }
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("p50", micros.getValueAtPercentile(50) / 1e6);
        seconds.put("p90", micros.getValueAtPercentile(90) / 1e6);
        seconds.put("p99", micros.getValueAtPercentile(99) / 1e6);
        seconds.put("max", micros.getMaxValue() / 1e6);
        return Collections.unmodifiableMap(seconds);
    }
}
