package io.github.doorbuster.buylock;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The places of buyers on this node: at most one per buyer and item, and at most {@code maxItemsPerBuyer} per buyer. A
 * place lasts until its purchase has ended. There are no more places than purchases that wait or are in progress.
 */
final class BuyerPlaces {

    private final int maxItemsPerBuyer;
    private final LockMetrics metrics;
    private final ConcurrentHashMap<PlaceKey, BuyerPlace> places = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> itemsByBuyer = new ConcurrentHashMap<>();

    /** Has its own {@code equals}: with that of a record, the JDK keeps the class loader of the application. */
    private record PlaceKey(String buyer, String itemId) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof PlaceKey key && key.buyer.equals(buyer) && key.itemId.equals(itemId);
        }

        @Override
        public int hashCode() {
            return 31 * buyer.hashCode() + itemId.hashCode();
        }
    }

    BuyerPlaces(int maxItemsPerBuyer, LockMetrics metrics) {
        this.maxItemsPerBuyer = maxItemsPerBuyer;
        this.metrics = metrics;
    }

    /**
     * Gives a new place to the buyer, or the place of the buyer's first request, or rejects the request.
     *
     * @param request requests a new place in the queue of the item
     */
    PendingGrant request(
            Buyer buyer, String itemId, GrantListener listener, Function<GrantListener, PendingGrant> request) {
        PlaceKey key = new PlaceKey(buyer.id(), itemId);
        BuyerPlace mine = new BuyerPlace(listener, place -> leave(key, place));
        BuyerPlace first = places.putIfAbsent(key, mine);
        if (first != null) {
            GrantListener replaced = buyer.authenticated() ? first.tryReplace(listener) : null;
            if (replaced == null) {
                return reject(RejectedException.Reason.DUPLICATE, listener);
            }
            reject(RejectedException.Reason.REPLACED, replaced);
            return first.pendingFor(listener);
        }
        if (itemsByBuyer.merge(buyer.id(), 1, Integer::sum) > maxItemsPerBuyer) {
            leave(key, mine);
            return reject(RejectedException.Reason.TOO_MANY_ITEMS, listener);
        }
        mine.setPending(request.apply(mine));
        return mine.pendingFor(listener);
    }

    int size() {
        return places.size();
    }

    private void leave(PlaceKey key, BuyerPlace place) {
        if (places.remove(key, place)) {
            itemsByBuyer.computeIfPresent(key.buyer(), (buyer, items) -> items == 1 ? null : items - 1);
        }
    }

    private PendingGrant reject(RejectedException.Reason reason, GrantListener listener) {
        metrics.rejected(reason);
        listener.rejected(reason);
        return PendingGrant.DECIDED;
    }
}
