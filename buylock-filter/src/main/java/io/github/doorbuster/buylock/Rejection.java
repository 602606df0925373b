package io.github.doorbuster.buylock;

/** Why a purchase was not let through. */
public enum Rejection {
    /** The item was still taken when the wait was over, or at once where waiting was not asked for. */
    LOCKED,
    /** {@code maxWaitersPerItem} purchases already wait for this item. */
    ITEM_QUEUE_FULL,
    /** {@code maxWaiters} purchases already wait on this node. */
    TOO_MANY_WAITERS,
    /** The store cannot be asked, and {@code whenStoreFails} is REJECT. */
    STORE_DOWN,
    /** The lock is closed. */
    CLOSED
}
