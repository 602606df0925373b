package io.github.doorbuster.buylock;

/** What becomes of purchases while the store cannot be asked. */
public enum StoreFailurePolicy {
    /** The node's own queue goes on alone: a hot item sees one buyer per node instead of one in all. */
    LOCAL,
    /** Purchases are turned away at once. */
    REJECT,
    /** Purchases pass without any lock. */
    ALLOW
}
