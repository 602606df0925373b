package io.github.doorbuster.buylock;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a {@link BuyLock} at one moment, counted since its start.
 *
 * @param granted purchases let through, in whatever way
 * @param handedOver of these, how many got the lease from the purchase before, in memory
 * @param waited of these, how many had to stand in line
 * @param withoutLease of these, how many were let through while the store could not be asked
 * @param unclaimed of these, how many nobody was there to receive any more
 * @param rejected purchases turned away, by reason
 * @param leaseLost leases that ended before their purchase did
 * @param waiting purchases in line now
 * @param holding purchases under way now
 * @param items items with a purchase in line or under way now
 * @param storeOperationsPerGrant operations sent to the store for each grant; null before the first
 * @param store how the store fares
 * @param waitTime how long granted purchases had stood in line, of the last one to two minutes
 * @param holdTime how long purchases had their item, of the last one to two minutes
 */
public record BuyLockSnapshot(
        long granted,
        long handedOver,
        long waited,
        long withoutLease,
        long unclaimed,
        Map<Rejection, Long> rejected,
        long leaseLost,
        int waiting,
        int holding,
        int items,
        @Nullable Double storeOperationsPerGrant,
        StoreStatus store,
        Times waitTime,
        Times holdTime) {

    /**
     * Durations in seconds; null where there were none.
     *
     * @param count how many
     * @param p50 half of them were not longer
     * @param p90 nine in ten were not longer
     * @param p99 99 in a hundred were not longer
     * @param max the longest
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
