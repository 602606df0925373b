package io.github.doorbuster.buylock;

/** A purchase that was requested with {@link BuyLock#request}. */
public interface PendingGrant {

    /** A purchase that is decided already. */
    PendingGrant DECIDED = () -> false;

    /**
     * Removes the purchase from the queue of its item.
     *
     * @return true if the purchase is cancelled by this call, so that its listener is not called
     */
    boolean cancel();

    /**
     * Tells whether a thread waits for the grant of this purchase, after {@link GrantListener#standBy}. A purchase with
     * a thread goes before one that is near it in the queue and has none.
     */
    default void setStanding(boolean standing) {}
}
