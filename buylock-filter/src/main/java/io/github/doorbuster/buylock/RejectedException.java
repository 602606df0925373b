package io.github.doorbuster.buylock;

/** Completes the future of a purchase that is rejected. Has no stack trace, because a rush throws many of these. */
public final class RejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a purchase is not let through. */
    public enum Reason {
        /** The item was still taken when the wait was over, or at once if the purchase did not wait. */
        LOCKED,
        /** The estimated wait is longer than {@code waitMillis}. */
        LINE_TOO_LONG,
        /** {@code maxWaitersPerItem} purchases already wait for this item. */
        ITEM_QUEUE_FULL,
        /** The queue is full, and a buyer with an earlier place has taken this one. */
        DISPLACED,
        /** {@code maxWaiters} purchases already wait on this node. */
        TOO_MANY_WAITERS,
        /** The buyer waits for this item already, or the purchase is in progress. */
        DUPLICATE,
        /** A later request of the same buyer has taken the place of this one. */
        REPLACED,
        /** The buyer waits for {@code maxItemsPerBuyer} items already. */
        TOO_MANY_ITEMS,
        /** The request has no buyer, and {@code anonymousBuyers} is {@code REJECT}. */
        ANONYMOUS,
        /** The item is sold out, or the application has closed it. */
        SOLD_OUT,
        /** The application has paused the sale of the item. */
        PAUSED,
        /** The store does not reply, and {@code whenStoreFails} is {@code REJECT}. */
        STORE_DOWN,
        /** The lock is closed. */
        CLOSED
    }

    private final Reason reason;

    RejectedException(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    /** {@return why the purchase is not let through} */
    public Reason reason() {
        return reason;
    }
}
