package io.github.doorbuster.buylock;

import java.time.Duration;

/** The settings of a {@link BuyLock}. The methods of {@link Builder} describe each one. */
public record BuyLockConfig(
        int leaseSeconds,
        int waitMillis,
        int handOvers,
        int pollMillis,
        int maxWaiters,
        int maxWaitersPerItem,
        StoreFailurePolicy whenStoreFails,
        String keyPrefix,
        int soldOutSeconds,
        boolean rejectHopeless,
        int maxItemsPerBuyer,
        int maxPurchases) {

    public BuyLockConfig {
        Settings.requireRange(
                "leaseSeconds",
                leaseSeconds,
                3,
                86_400,
                "memcached counts in whole seconds, so a shorter lease may end at once");
        Settings.requireRange("waitMillis", waitMillis, 0, 600_000, "0 rejects at once when the item is taken");
        Settings.requireRange("handOvers", handOvers, 0, 10_000, "0 ends a node's turn after each purchase");
        Settings.requireRange("pollMillis", pollMillis, 1, 10_000, "it is the interval at which nodes take turns");
        Settings.requireRange("maxWaiters", maxWaiters, 1, 1_000_000, "each waiter keeps its request in memory");
        Settings.requireRange(
                "maxWaitersPerItem", maxWaitersPerItem, 1, 1_000_000, "each waiter keeps its request in memory");
        Settings.requireRange(
                "soldOutSeconds", soldOutSeconds, 1, 3_600, "a restocked item is on sale again after this time");
        Settings.requireRange("maxItemsPerBuyer", maxItemsPerBuyer, 1, 1_000, "each item is a place in a queue");
        Settings.requireRange("maxPurchases", maxPurchases, 0, 100_000, "0 sets no limit");
        if (!keyPrefix.matches("[!-{}~]{1,100}")) {
            throw new IllegalArgumentException(
                    "keyPrefix=%s: must be 1 to 100 printable ASCII characters without a space or a |; memcached allows no others"
                            .formatted(keyPrefix));
        }
    }

    /** {@return a builder with every setting at its default} */
    public static Builder builder() {
        return new Builder();
    }

    Duration lease() {
        return Duration.ofSeconds(leaseSeconds);
    }

    /** Builds a {@link BuyLockConfig}. */
    public static final class Builder {

        private int leaseSeconds = 10;
        private int waitMillis = 5_000;
        private int handOvers = 16;
        private int pollMillis = 10;
        private int maxWaiters = 10_000;
        private int maxWaitersPerItem = 1_000;
        private StoreFailurePolicy whenStoreFails = StoreFailurePolicy.LOCAL;
        private String keyPrefix = "buy/";
        private int soldOutSeconds = 3;
        private boolean rejectHopeless = true;
        private int maxItemsPerBuyer = 10;
        private int maxPurchases;

        private Builder() {}

        /**
         * Sets how long a lease lasts unless it is renewed, in seconds: 3 to 86,400, default 10. When a node dies, the
         * items it holds stay locked for this long. A lease of less than 3 s could end at once, since memcached counts
         * in whole seconds; one of more than a day is of no use.
         */
        public Builder leaseSeconds(int seconds) {
            this.leaseSeconds = seconds;
            return this;
        }

        /**
         * Sets how long a purchase waits for its item before it is rejected, in milliseconds: 0 to 600,000, default
         * 5,000. With 0, a purchase is rejected at once if the item is taken. Keep it below the timeouts of the proxies
         * in front.
         */
        public Builder waitMillis(int millis) {
            this.waitMillis = millis;
            return this;
        }

        /**
         * Sets how often in a row a node may hand a lease over to its own next waiter while another node waits: 0 to
         * 10,000, default 16. More hand-overs mean fewer store operations; fewer mean shorter turns. With 0, a node's
         * turn ends after each purchase.
         */
        public Builder handOvers(int times) {
            this.handOvers = times;
            return this;
        }

        /**
         * Sets how long a node waits before it tries again to acquire an item that another node holds, in milliseconds:
         * 1 to 10,000, default 10. After its turn, a node backs off for 1.5 times as long. Each contended item costs
         * 1000 / {@code pollMillis} store operations a second on each node that waits for it.
         */
        public Builder pollMillis(int millis) {
            this.pollMillis = millis;
            return this;
        }

        /**
         * Sets how many purchases may wait on this node: 1 to 1,000,000, default 10,000. Further ones are rejected at
         * once. Each waiter keeps its request and its connection in memory.
         */
        public Builder maxWaiters(int waiters) {
            this.maxWaiters = waiters;
            return this;
        }

        /**
         * Sets how many purchases may wait for one item on this node: 1 to 1,000,000, default 1,000. Further ones are
         * rejected at once. More waiters than fit into {@code waitMillis} cannot be served in time.
         */
        public Builder maxWaitersPerItem(int waiters) {
            this.maxWaitersPerItem = waiters;
            return this;
        }

        /** Sets what happens to purchases while the store does not reply; default {@code LOCAL}. */
        public Builder whenStoreFails(StoreFailurePolicy policy) {
            this.whenStoreFails = policy;
            return this;
        }

        /**
         * Sets the prefix of every key, so that applications can share a memcached: 1 to 100 printable ASCII characters
         * without a space or a |, default {@code buy/}. A key of memcached has at most 250 bytes, and | marks waiter
         * signals.
         */
        public Builder keyPrefix(String prefix) {
            this.keyPrefix = prefix;
            return this;
        }

        /**
         * Sets how long an item that is sold out stays closed before one purchase looks again, in seconds: 1 to 3,600,
         * default 3. A longer time means fewer purchases for nothing; a shorter one sells what is restocked or
         * cancelled sooner. {@link BuyLock#openItem} opens an item at once.
         */
        public Builder soldOutSeconds(int seconds) {
            this.soldOutSeconds = seconds;
            return this;
        }

        /**
         * Sets whether a purchase is rejected at once if, by the time that purchases of its item take, it would wait
         * for longer than {@code waitMillis}; default true. With false, it waits and is then rejected.
         */
        public Builder rejectHopeless(boolean reject) {
            this.rejectHopeless = reject;
            return this;
        }

        /**
         * Sets for how many items one buyer may wait on this node at once: 1 to 1,000, default 10. Further requests of
         * the buyer are rejected. Only requests with a {@link Buyer} count.
         */
        public Builder maxItemsPerBuyer(int items) {
            this.maxItemsPerBuyer = items;
            return this;
        }

        /**
         * Sets how many purchases may be in progress on this node, over all items: 0 to 100,000, default 0 for no
         * limit. Beyond it, items take turns. Set it to the size of the connection pool or less, if many items are hot
         * at once.
         */
        public Builder maxPurchases(int purchases) {
            this.maxPurchases = purchases;
            return this;
        }

        /**
         * {@return the settings}
         *
         * @throws IllegalArgumentException if a setting is out of bounds; the message names key, value and rule
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
                    keyPrefix,
                    soldOutSeconds,
                    rejectHopeless,
                    maxItemsPerBuyer,
                    maxPurchases);
        }
    }
}
