package io.github.doorbuster.buylock;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a {@link BuyLock} at one moment. Counts start at zero when the lock is built.
 *
 * @param requests purchases that were decided: {@code granted} + {@code cancelled} + {@code soldOut} + all of
 *     {@code rejected}
 * @param granted purchases that were let through
 * @param handedOver granted purchases that took the lease over from the purchase before, in memory
 * @param waited granted purchases that had to wait in the queue
 * @param withoutLease purchases that were granted while the store did not reply
 * @param abandoned granted purchases that never began, because their client had left
 * @param cancelled purchases that left the queue before they were decided, because their client or its container ended
 *     the wait
 * @param rejected purchases that were not let through, by reason
 * @param soldOut purchases that were rejected because their item was closed
 * @param leaseLost leases that ended before their purchase did
 * @param heldTooLong purchases that had not ended after {@code maxHoldSeconds}, so that their lease was let go
 * @param returned purchases that came with the place of an earlier time
 * @param placesForgotten used places that could be used again, because too many were used
 * @param waiting purchases that wait now
 * @param holding purchases in progress now
 * @param items items for which a purchase waits or is in progress now
 * @param closedItems items that are sold out or that the application has closed, now
 * @param storeOperationsPerGrant operations sent to the store per grant; null before the first grant
 * @param store the state and the counters of the store
 * @param waitTime how long granted purchases waited, in the last one to two minutes
 * @param dispatchTime how long granted purchases waited for a thread before they began, in the last one to two minutes
 * @param holdTime how long purchases held their item, in the last one to two minutes
 * @param standby purchases that have a thread before their item is free
 * @param hotItems up to ten items with the longest lines
 */
public record BuyLockSnapshot(
        long requests,
        long granted,
        long handedOver,
        long waited,
        long withoutLease,
        long abandoned,
        long cancelled,
        Map<RejectedException.Reason, Long> rejected,
        long soldOut,
        long leaseLost,
        long heldTooLong,
        long returned,
        long placesForgotten,
        int waiting,
        int holding,
        int items,
        int closedItems,
        @Nullable Double storeOperationsPerGrant,
        StoreStatus store,
        Times waitTime,
        Times dispatchTime,
        Times holdTime,
        StandbyNumbers standby,
        List<HotItem> hotItems) {

    /**
     * An item for which purchases wait, or have waited in the last minute.
     *
     * @param item the id of the item
     * @param waiting purchases that wait now
     * @param granted purchases that were let through and have ended, since purchases began to wait
     * @param closed whether the item is sold out, or closed by the application
     * @param paused whether the application has paused the sale of the item
     * @param estimatedWait how long another purchase would wait, in seconds; null while it is not known
     */
    public record HotItem(
            String item,
            int waiting,
            long granted,
            boolean closed,
            boolean paused,
            @Nullable Double estimatedWait) {

        static HotItem of(String item, ItemLine line, SaleState sale) {
            double nanos = line.estimatedNanos();
            return new HotItem(
                    item,
                    line.waiting(),
                    line.granted(),
                    sale == SaleState.CLOSED,
                    sale == SaleState.PAUSED,
                    Double.isNaN(nanos) ? null : nanos / 1e9);
        }
    }

    /**
     * Purchases that have a thread before their item is free.
     *
     * @param threads the container threads on which purchases were suspended or stood by, in the last one to two
     *     minutes
     * @param standing purchases that stand by now
     * @param summoned purchases that were dispatched before their item was free
     * @param steppedBack purchases that stood by for {@code standbyMillis} and were suspended again
     * @param standingTime how long threads have stood by, in seconds
     * @param share the share of the time of {@code threads} that they have stood by, in the last one to two minutes;
     *     null if there were none
     */
    public record StandbyNumbers(
            int threads,
            int standing,
            long summoned,
            long steppedBack,
            double standingTime,
            @Nullable Double share) {}

    /**
     * A distribution of durations, in seconds; each value is null if there were none.
     *
     * @param count the number of durations
     * @param p50 the median
     * @param p90 the 90th percentile
     * @param p99 the 99th percentile
     * @param max the longest duration
     */
    public record Times(
            long count,
            @Nullable Double p50,
            @Nullable Double p90,
            @Nullable Double p99,
            @Nullable Double max) {

        static final Times NONE = new Times(0, null, null, null, null);
    }
}
