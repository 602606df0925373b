package io.github.doorbuster.buylock;

/**
 * Receives what becomes of one purchase: exactly one call of {@link #granted} or {@link #rejected}, unless the purchase
 * is cancelled first.
 */
public interface GrantListener {

    /**
     * The purchase is granted. The receiver must close the grant. Runs on the thread that freed the item, or on a
     * thread of the store: it must not block.
     */
    void granted(Grant grant);

    /**
     * The purchase is likely to be granted soon: the receiver may bring it to a thread that waits for the grant, and
     * report that with {@link PendingGrant#setStanding}. It counts as standing by until it is decided, or until the
     * thread stops waiting. May be called again after that. Runs where {@link #granted} does, and must not block.
     *
     * @return false if the purchase does not stand by
     */
    default boolean standBy() {
        return false;
    }

    /**
     * The purchase is rejected. Runs on the lock's executor, or on the caller's thread before {@link BuyLock#request}
     * returns.
     */
    void rejected(RejectedException.Reason reason);
}
