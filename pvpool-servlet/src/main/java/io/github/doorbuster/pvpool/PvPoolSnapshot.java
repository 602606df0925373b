package io.github.doorbuster.pvpool;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pool's numbers at one moment. Views add up: {@code accepted + recovered = written + unknown + set aside + pending}.
 *
 * @param acceptedRequests requests accepted
 * @param repeatedRequests requests whose Idempotency-Key had been accepted, or was under way, and not counted again
 * @param acceptedViews views in them
 * @param recoveredViews views that earlier processes accepted and this one took over
 * @param writtenViews views that are in the store
 * @param unknownViews views of items that the store's table does not know
 * @param setAsideViews views that the store would not take for their data
 * @param pendingViews views accepted and not written yet
 * @param pendingItems items these views wait under, with room reserved for requests under way
 * @param rejectedRequests requests rejected, per reason
 * @param flush how writing goes
 * @param journal the journal's numbers
 */
public record PvPoolSnapshot(
        long acceptedRequests,
        long repeatedRequests,
        long acceptedViews,
        long recoveredViews,
        long writtenViews,
        long unknownViews,
        long setAsideViews,
        long pendingViews,
        long pendingItems,
        Map<String, Long> rejectedRequests,
        Flush flush,
        Map<String, Object> journal) {

    /**
     * How writing goes.
     *
     * @param batches batches written in full
     * @param pendingBatches batches begun and not written in full
     * @param chunks chunks, that is transactions, written
     * @param alreadyAppliedChunks chunks the store had already applied, because an earlier answer was lost
     * @param statements statements sent
     * @param rows rows written
     * @param setAsideRows rows set aside for their data
     * @param failures failed attempts in all
     * @param consecutiveFailures failed attempts since the last success
     * @param lastWrittenAt when a batch was last written, ISO 8601; null if never
     * @param lastError what the last failure said; null if nothing failed yet
     * @param lastErrorAt when that was, ISO 8601; null if nothing failed yet
     * @param secondsPerBatch how long writing a batch took: {@code p50}, {@code p90}, {@code p99}, {@code max}; empty
     *     before the first
     */
    public record Flush(
            long batches,
            int pendingBatches,
            long chunks,
            long alreadyAppliedChunks,
            long statements,
            long rows,
            long setAsideRows,
            long failures,
            int consecutiveFailures,
            @Nullable String lastWrittenAt,
            @Nullable String lastError,
            @Nullable String lastErrorAt,
            Map<String, Double> secondsPerBatch) {}
}
