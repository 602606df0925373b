package io.github.doorbuster.buylock;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How a purchase gets into the queue of its item: admitted, with a place that its buyer has kept, or rejected. */
final class Entrance {

    private final QueueContext context;
    private final ItemQueues queues;
    private final ClosedItems closedItems;
    private final ItemLines lines;
    private final KeptPlaces keptPlaces;
    private final @Nullable PurchaseSlots slots;

    Entrance(QueueContext context, ItemQueues queues, ClosedItems closedItems, ItemLines lines) {
        BuyLockConfig config = context.config();
        this.context = context;
        this.queues = queues;
        this.closedItems = closedItems;
        this.lines = lines;
        this.keptPlaces = new KeptPlaces(context.scheduler(), context.metrics(), KeptPlaces.MAX_USED);
        this.slots = config.maxPurchases() == 0
                ? null
                : new PurchaseSlots(config.maxPurchases(), TimeUnit.MILLISECONDS.toNanos(config.waitMillis()));
    }

    PendingGrant request(String itemId, boolean mayWait, GrantListener listener) {
        return request(itemId, mayWait, listener, null);
    }

    PendingGrant request(KeptPlace kept, String itemId, boolean mayWait, GrantListener listener) {
        return keptPlaces.request(kept, itemId, listener, (place, usable) -> request(itemId, mayWait, place, usable));
    }

    private PendingGrant request(String itemId, boolean mayWait, GrantListener listener, @Nullable KeptPlace kept) {
        long now = context.scheduler().now();
        if (queues.isClosed()) {
            return rejected(RejectedException.Reason.CLOSED, listener);
        }
        RejectedException.Reason notAdmitted = context.admission().check(itemId, now);
        boolean lineTooLong = notAdmitted == RejectedException.Reason.LINE_TOO_LONG;
        boolean keepsPlace = kept != null && mayWait && context.config().waitMillis() > 0;
        if (notAdmitted != null && !(lineTooLong && keepsPlace)) {
            return rejected(notAdmitted, listener);
        }
        GrantListener target = slots == null ? listener : slots.inFrontOf(listener);
        long waitNanos =
                mayWait ? TimeUnit.MILLISECONDS.toNanos(context.config().waitMillis()) : 0;
        for (; ; ) {
            ItemQueue queue = queues.find(itemId);
            if (queue == null) {
                closedItems.lookUp(itemId);
                RejectedException.Reason noSale = closedItems.check(itemId, now);
                if (noSale != null) {
                    return rejected(noSale, listener);
                }
                queue = queues.findOrAdd(itemId, context);
            }
            // Checked after the queue is in the map: either close() has seen the queue, or this sees that it is closed.
            if (queues.isClosed()) {
                queue.close();
                return rejected(RejectedException.Reason.CLOSED, listener);
            }
            Waiter waiter = new Waiter(queue, target, now, waitNanos, lines);
            if (kept != null && keepsPlace) {
                waiter.keepPlace(keptPlaces.arrivedAt(kept, now), lineTooLong);
            }
            if (queue.join(waiter)) {
                // Checked after the purchase is in the queue: either its closing has rejected it, or this does.
                rejectIfClosed(itemId, queue);
                return waiter;
            }
        }
    }

    private void rejectIfClosed(String itemId, ItemQueue queue) {
        RejectedException.Reason reason =
                closedItems.check(itemId, context.scheduler().now());
        if (reason != null) {
            queue.rejectAll(reason);
        }
    }

    private PendingGrant rejected(RejectedException.Reason reason, GrantListener listener) {
        context.metrics().rejected(reason);
        listener.rejected(reason);
        return PendingGrant.DECIDED;
    }

    /** {@return true if a purchase with this place was granted} */
    boolean isUsed(KeptPlace kept) {
        return keptPlaces.isUsed(kept.nonce());
    }

    /** Rejects the purchases that have waited for too long for one of {@code maxPurchases}. */
    void rejectExpired() {
        if (slots != null) {
            slots.rejectExpired(context.scheduler().now());
        }
    }

    /** Rejects the purchases that wait for one of {@code maxPurchases}. */
    void close() {
        if (slots != null) {
            slots.close();
        }
    }
}
