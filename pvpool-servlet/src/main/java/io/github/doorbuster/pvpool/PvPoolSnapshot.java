package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Open;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a pool at one moment. Immutable.
 *
 * <p>{@code acceptedViews + recoveredViews + takenBackViews = writtenViews + unknownViews + setAsideViews +
 * pendingViews}.
 *
 * @param acceptedRequests requests accepted
 * @param repeatedRequests requests not counted because their Idempotency-Key had been accepted or was in progress
 * @param acceptedViews views in the accepted requests
 * @param droppedViews views of unknown ids in accepted requests, which are not counted ({@code unknownIds=DROP})
 * @param recoveredViews views that earlier processes accepted and this one recovered from the journal
 * @param writtenViews views in the store
 * @param takenBackViews views that the store had lost, and that are written again; {@code writtenViews} then counts
 *     them twice
 * @param missingViews views that the store had lost, and that this pool no longer has
 * @param unknownViews views of items that are not in the table, with {@code updateOnly}
 * @param setAsideViews views in rows that the database rejected; they are in its table of rejected rows
 * @param pendingViews views accepted or recovered, and not written yet
 * @param pendingItems items with pending views, plus the room reserved for requests in progress
 * @param expiredBuckets hours and days that are older than {@code bucketDays} and are not deleted yet
 * @param rejectedRequests requests rejected, by {@link RejectedException.Reason} in lower case
 * @param fenced whether another process owns a journal of this pool, so that this pool writes nothing more
 * @param flush statistics of the writes
 * @param journal statistics of the journal by name
 * @param hot what is hot now; null with {@code hotItems=0}
 */
public record PvPoolSnapshot(
        long acceptedRequests,
        long repeatedRequests,
        long acceptedViews,
        long droppedViews,
        long recoveredViews,
        long writtenViews,
        long takenBackViews,
        long missingViews,
        long unknownViews,
        long setAsideViews,
        long pendingViews,
        long pendingItems,
        long expiredBuckets,
        Map<String, Long> rejectedRequests,
        boolean fenced,
        Flush flush,
        Map<String, Object> journal,
        @Nullable Hot hot) {

    static PvPoolSnapshot of(
            Intake intake,
            Open journal,
            FlushStats stats,
            int segments,
            long pendingItems,
            long expiredBuckets,
            boolean fenced,
            @Nullable Hot hot) {
        long all = intake.acceptedViews() + journal.recoveredViews() + stats.takenBackViews();
        long settled = stats.writtenViews() + stats.unknownViews() + stats.setAsideViews();
        return new PvPoolSnapshot(
                intake.acceptedRequests(),
                intake.repeatedRequests(),
                intake.acceptedViews(),
                intake.droppedViews(),
                journal.recoveredViews(),
                stats.writtenViews(),
                stats.takenBackViews(),
                stats.missingViews(),
                stats.unknownViews(),
                stats.setAsideViews(),
                all - settled,
                pendingItems,
                expiredBuckets,
                intake.rejectedRequests(),
                fenced,
                stats.snapshot(segments),
                journal.snapshot(),
                hot);
    }

    /**
     * Statistics of the writes to the store.
     *
     * @param batches batches written completely
     * @param pendingBatches batches not written completely
     * @param chunks chunks written, each in one transaction
     * @param alreadyAppliedChunks chunks that the store had already applied, because its answer was lost
     * @param statements statements sent
     * @param rows rows written
     * @param setAsideRows rows set aside because the database rejected their data
     * @param failures failed attempts
     * @param consecutiveFailures failed attempts since the last success
     * @param lastWrittenAt the time of the last batch written, ISO 8601; null before the first
     * @param lastError the message of the last failure; null before the first
     * @param lastErrorAt the time of the last failure, ISO 8601; null before the first
     * @param secondsPerBatch the time to write a batch: {@code p50}, {@code p90}, {@code p99} and {@code max}; empty
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

    /**
     * What is hot now.
     *
     * @param window the window of the counts
     * @param errorBound the most by which the views of an item can be too high
     * @param items the ten items with the most views of the window that this pool has accepted, the hottest first
     */
    public record Hot(String window, int errorBound, List<HotItem> items) {

        private static final int ITEMS = 10;

        static Hot of(TopItems top) {
            return new Hot(
                    top.window().toString(),
                    saturated(top.errorBound()),
                    top.first(ITEMS).items().stream()
                            .map(item -> new HotItem(item.itemId(), saturated(item.views()), saturated(item.error())))
                            .toList());
        }

        private static int saturated(long views) {
            return (int) Math.min(views, Integer.MAX_VALUE);
        }
    }

    /**
     * An item that is hot.
     *
     * @param itemId the id of the item
     * @param views its views in the window; they are at most {@code error} too high, and never too low
     * @param error 0 if the views are exact
     */
    public record HotItem(String itemId, int views, int error) {}
}
