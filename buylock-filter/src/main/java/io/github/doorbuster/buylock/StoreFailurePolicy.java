package io.github.doorbuster.buylock;

/** What happens to purchases while the store does not reply. */
public enum StoreFailurePolicy {
    /** Each node continues with its own queue: one purchase per item and node runs, instead of one per item. */
    LOCAL,
    /** Purchases are rejected at once. */
    REJECT,
    /** Purchases run without any lock. */
    ALLOW
}
