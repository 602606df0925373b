package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.PvStore.Applied;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The statistics of the flusher. */
final class FlushStats {

    private static final long HIGHEST_MICROS = 3_600_000_000L;

    private final Clock clock;

    @GuardedBy("this")
    private final Histogram micros = new Histogram(HIGHEST_MICROS, 2);

    @GuardedBy("this")
    private long writtenViews;

    @GuardedBy("this")
    private long unknownViews;

    @GuardedBy("this")
    private long setAsideViews;

    @GuardedBy("this")
    private long takenBackViews;

    @GuardedBy("this")
    private long missingViews;

    @GuardedBy("this")
    private long setAsideRows;

    @GuardedBy("this")
    private long batches;

    @GuardedBy("this")
    private long chunks;

    @GuardedBy("this")
    private long alreadyAppliedChunks;

    @GuardedBy("this")
    private long statements;

    @GuardedBy("this")
    private long rows;

    @GuardedBy("this")
    private long failures;

    @GuardedBy("this")
    private int consecutiveFailures;

    @GuardedBy("this")
    private @Nullable Instant lastWrittenAt;

    @GuardedBy("this")
    private @Nullable Instant lastErrorAt;

    @GuardedBy("this")
    private @Nullable String lastError;

    FlushStats(Clock clock) {
        this.clock = clock;
    }

    synchronized void wrote(Chunk chunk, Applied applied) {
        chunks++;
        statements += applied.statements();
        rows += chunk.size() - applied.setAsideRows();
        setAsideRows += applied.setAsideRows();
        setAsideViews += applied.setAsideViews();
        unknownViews += applied.unknownViews();
        writtenViews += chunk.views() - applied.setAsideViews() - applied.unknownViews();
    }

    /** The store already had these views, because the answer to an earlier attempt was lost. */
    synchronized void alreadyApplied(int sent, long views) {
        statements += sent;
        alreadyAppliedChunks += views > 0 ? 1 : 0;
        writtenViews += views;
    }

    /** The store has lost views that were written. */
    synchronized void takenBack(long views, long missing) {
        takenBackViews += views;
        missingViews += missing;
    }

    synchronized long takenBackViews() {
        return takenBackViews;
    }

    synchronized long missingViews() {
        return missingViews;
    }

    synchronized long writtenViews() {
        return writtenViews;
    }

    synchronized long unknownViews() {
        return unknownViews;
    }

    synchronized long setAsideViews() {
        return setAsideViews;
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

    synchronized PvPoolSnapshot.Flush snapshot(int pendingBatches) {
        return new PvPoolSnapshot.Flush(
                batches,
                pendingBatches,
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
                secondsPerBatch());
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    @GuardedBy("this")
    private Map<String, Double> secondsPerBatch() {
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
