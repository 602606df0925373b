package io.github.doorbuster.buylock;

import java.time.Duration;

/**
 * The settings of a {@link BuyLock}.
 *
 * @param leaseSeconds how long a lease lasts unless renewed, in seconds
 * @param waitMillis how long a purchase waits for its item, in milliseconds
 * @param handOvers how many times in a row a node hands a lease on while another node waits
 * @param pollMillis how often a node asks again for an item that another node has, in milliseconds
 * @param maxWaiters how many purchases may wait on this node
 * @param maxWaitersPerItem how many purchases may wait for one item on this node
 * @param whenStoreFails what becomes of purchases while the store cannot be asked
 * @param keyPrefix what stands before the item id in a key
 */
public record BuyLockConfig(
        int leaseSeconds,
        int waitMillis,
        int handOvers,
        int pollMillis,
        int maxWaiters,
        int maxWaitersPerItem,
        StoreFailurePolicy whenStoreFails,
        String keyPrefix) {

    /** Default of {@code leaseSeconds}. */
    public static final int DEFAULT_LEASE_SECONDS = 30;
    /** Default of {@code waitMillis}. */
    public static final int DEFAULT_WAIT_MILLIS = 5_000;
    /** Default of {@code handOvers}. */
    public static final int DEFAULT_HAND_OVERS = 16;
    /** Default of {@code pollMillis}. */
    public static final int DEFAULT_POLL_MILLIS = 10;
    /** Default of {@code maxWaiters}. */
    public static final int DEFAULT_MAX_WAITERS = 10_000;
    /** Default of {@code maxWaitersPerItem}. */
    public static final int DEFAULT_MAX_WAITERS_PER_ITEM = 1_000;
    /** Default of {@code whenStoreFails}. */
    public static final StoreFailurePolicy DEFAULT_WHEN_STORE_FAILS = StoreFailurePolicy.LOCAL;
    /** Default of {@code keyPrefix}. */
    public static final String DEFAULT_KEY_PREFIX = "buy/";

    /**
     * Checks every setting.
     *
     * @param leaseSeconds see above
     * @param waitMillis see above
     * @param handOvers see above
     * @param pollMillis see above
     * @param maxWaiters see above
     * @param maxWaitersPerItem see above
     * @param whenStoreFails see above
     * @param keyPrefix see above
     * @throws IllegalArgumentException naming the key, the value and the rule
     */
    public BuyLockConfig {
        Settings.requireRange(
                "leaseSeconds",
                leaseSeconds,
                3,
                86_400,
                "memcached counts in whole seconds, so a shorter lease may end at once");
        Settings.requireRange("waitMillis", waitMillis, 0, 600_000, "0 rejects at once when the item is taken");
        Settings.requireRange(
                "handOvers", handOvers, 0, 10_000, "0 gives every other node its turn after each purchase");
        Settings.requireRange("pollMillis", pollMillis, 1, 10_000, "it is the pace at which nodes take turns");
        Settings.requireRange("maxWaiters", maxWaiters, 1, 1_000_000, "each waiter keeps its request in memory");
        Settings.requireRange(
                "maxWaitersPerItem", maxWaitersPerItem, 1, 1_000_000, "each waiter keeps its request in memory");
        if (!keyPrefix.matches("[!-{}~]{1,100}")) {
            throw new IllegalArgumentException(
                    "keyPrefix=%s: must be 1 to 100 printable ASCII characters without a space or a |; memcached allows no others"
                            .formatted(keyPrefix));
        }
    }

    /**
     * Returns a builder with every setting at its default.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    Duration lease() {
        return Duration.ofSeconds(leaseSeconds);
    }

    /** Collects settings; {@link #build()} checks them. */
    public static final class Builder {

        private int leaseSeconds = DEFAULT_LEASE_SECONDS;
        private int waitMillis = DEFAULT_WAIT_MILLIS;
        private int handOvers = DEFAULT_HAND_OVERS;
        private int pollMillis = DEFAULT_POLL_MILLIS;
        private int maxWaiters = DEFAULT_MAX_WAITERS;
        private int maxWaitersPerItem = DEFAULT_MAX_WAITERS_PER_ITEM;
        private StoreFailurePolicy whenStoreFails = DEFAULT_WHEN_STORE_FAILS;
        private String keyPrefix = DEFAULT_KEY_PREFIX;

        private Builder() {}

        /**
         * Sets how long a lease lasts unless renewed: a node that dies keeps an item from the others for this long.
         *
         * @param seconds at least 3, default {@value #DEFAULT_LEASE_SECONDS}
         * @return this
         */
        public Builder leaseSeconds(int seconds) {
            this.leaseSeconds = seconds;
            return this;
        }

        /**
         * Sets how long a purchase waits for its item before it is rejected.
         *
         * @param millis at least 0 (reject at once), default {@value #DEFAULT_WAIT_MILLIS}
         * @return this
         */
        public Builder waitMillis(int millis) {
            this.waitMillis = millis;
            return this;
        }

        /**
         * Sets how many times in a row a node hands a lease to its own next purchase while another node waits.
         *
         * @param times at least 0, default {@value #DEFAULT_HAND_OVERS}
         * @return this
         */
        public Builder handOvers(int times) {
            this.handOvers = times;
            return this;
        }

        /**
         * Sets how often a node asks again for an item that another node has.
         *
         * @param millis at least 1, default {@value #DEFAULT_POLL_MILLIS}
         * @return this
         */
        public Builder pollMillis(int millis) {
            this.pollMillis = millis;
            return this;
        }

        /**
         * Sets how many purchases may wait on this node; one more is rejected at once.
         *
         * @param waiters at least 1, default {@value #DEFAULT_MAX_WAITERS}
         * @return this
         */
        public Builder maxWaiters(int waiters) {
            this.maxWaiters = waiters;
            return this;
        }

        /**
         * Sets how many purchases may wait for one item on this node; one more is rejected at once.
         *
         * @param waiters at least 1, default {@value #DEFAULT_MAX_WAITERS_PER_ITEM}
         * @return this
         */
        public Builder maxWaitersPerItem(int waiters) {
            this.maxWaitersPerItem = waiters;
            return this;
        }

        /**
         * Sets what becomes of purchases while the store cannot be asked.
         *
         * @param policy default LOCAL
         * @return this
         */
        public Builder whenStoreFails(StoreFailurePolicy policy) {
            this.whenStoreFails = policy;
            return this;
        }

        /**
         * Sets what stands before the item id in a key, so that applications may share a memcached.
         *
         * @param prefix 1 to 100 printable ASCII characters without a space or a |, default
         *     {@value #DEFAULT_KEY_PREFIX}
         * @return this
         */
        public Builder keyPrefix(String prefix) {
            this.keyPrefix = prefix;
            return this;
        }

        /**
         * Checks the settings and returns them.
         *
         * @return the settings
         * @throws IllegalArgumentException naming the key, the value and the rule
         */
        public BuyLockConfig build() {
            return new BuyLockConfig(
                    leaseSeconds,
                    waitMillis,
                    handOvers,
                    pollMillis,
                    maxWaiters,
                    maxWaitersPerItem,
                    whenStoreFails,
                    keyPrefix);
        }
    }
}
