package io.github.doorbuster.buylock;

import java.time.Duration;

/** The settings of a {@link BuyLock}. The methods of {@link Builder} describe each one. */
public record BuyLockConfig(
        int leaseSeconds,
        int waitMillis,
        int permits,
        int maxHoldSeconds,
        int handOvers,
        int turnMillis,
        int pollMillis,
        int maxWaiters,
        int maxWaitersPerItem,
        StoreFailurePolicy whenStoreFails,
        String keyPrefix,
        int soldOutSeconds,
        boolean rejectHopeless,
        int maxItemsPerBuyer,
        int maxPurchases,
        int standbyThreads,
        int standbyMillis) {

    public BuyLockConfig {
        Settings.requireRange(
                "leaseSeconds",
                leaseSeconds,
                3,
                86_400,
                "memcached counts in whole seconds, so a shorter lease may end at once");
        Settings.requireRange("waitMillis", waitMillis, 0, 600_000, "0 rejects at once when the item is taken");
        Settings.requireRange("permits", permits, 1, 100, "with more, the lock has no effect");
        Settings.requireRange(
                "maxHoldSeconds",
                maxHoldSeconds,
                1,
                86_400,
                "a purchase that never ends must not lock its item forever");
        Settings.requireRange("turnMillis", turnMillis, 1, 60_000, "meanwhile the other nodes wait");
        Settings.requireRange("handOvers", handOvers, 0, 10_000, "0 ends a node's turn after each purchase");
        Settings.requireRange(
                "pollMillis", pollMillis, 1, 10_000, "it is how long an item can stay unused between two nodes");
        Settings.requireRange("maxWaiters", maxWaiters, 1, 1_000_000, "each waiter keeps its request in memory");
        Settings.requireRange(
                "maxWaitersPerItem", maxWaitersPerItem, 1, 1_000_000, "each waiter keeps its request in memory");
        Settings.requireRange(
                "soldOutSeconds", soldOutSeconds, 1, 3_600, "a restocked item is on sale again after this time");
        Settings.requireRange("maxItemsPerBuyer", maxItemsPerBuyer, 1, 1_000, "each item is a place in a queue");
        Settings.requireRange("standbyThreads", standbyThreads, 0, 1_000, "0 turns standing by off");
        Settings.requireRange("standbyMillis", standbyMillis, 1, 1_000, "other requests need the thread");
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
        private int permits = 1;
        private int maxHoldSeconds = 60;
        private int handOvers = 100;
        private int turnMillis = 200;
        private int pollMillis = 10;
        private int maxWaiters = 10_000;
        private int maxWaitersPerItem = 1_000;
        private StoreFailurePolicy whenStoreFails = StoreFailurePolicy.LOCAL;
        private String keyPrefix = "buy/";
        private int soldOutSeconds = 3;
        private boolean rejectHopeless = true;
        private int maxItemsPerBuyer = 10;
        private int maxPurchases;
        private int standbyThreads = 32;
        private int standbyMillis = 50;

        private Builder() {}

        /**
         * Sets how long a lease lasts unless it is renewed, in seconds: 3 to 86,400, default 10. When a node dies, the
         * items it holds stay locked for this long. A lease of less than 3 s could end at once, because memcached
         * counts in whole seconds.
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
         * Sets how many purchases of an item may run at once: 1 to 100, default 1. All of them run on the node that has
         * the turn. With 2, the next purchase already waits for the row lock when the current one commits, so that the
         * database is not idle between them.
         */
        public Builder permits(int purchases) {
            this.permits = purchases;
            return this;
        }

        /**
         * Sets how long a purchase may hold its item, in seconds: 1 to 86,400, default 60. After that, its lease is
         * released, counted and logged; the purchase itself is not interrupted. Otherwise a grant that is never closed
         * would lock its item forever.
         */
        public Builder maxHoldSeconds(int seconds) {
            this.maxHoldSeconds = seconds;
            return this;
        }

        /**
         * Sets how long a node may keep an item for its own waiters while other nodes wait, in milliseconds: 1 to
         * 60,000, default 200. A purchase that has begun is not interrupted. The more nodes wait, the shorter are the
         * turns: each node gets a turn about every 200 ms.
         */
        public Builder turnMillis(int millis) {
            this.turnMillis = millis;
            return this;
        }

        /**
         * Sets how often in a row a node may hand a lease over to its own next waiter while another node waits: 0 to
         * 10,000, default 100. A turn also ends after {@code turnMillis}. With 0, a node's turn ends after each
         * purchase.
         */
        public Builder handOvers(int times) {
            this.handOvers = times;
            return this;
        }

        /**
         * Sets the longest interval, in milliseconds, at which the node whose turn is next checks whether the current
         * turn has ended: 1 to 10,000, default 10. It starts when that turn should end, first at much shorter
         * intervals. While a purchase takes longer than usual, its item costs 1000 / {@code pollMillis} store
         * operations a second.
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
         * without a space or a |, default {@code buy/}. A key of memcached has at most 250 bytes, and | precedes the
         * suffix of a key.
         */
        public Builder keyPrefix(String prefix) {
            this.keyPrefix = prefix;
            return this;
        }

        /**
         * Sets how long an item that is sold out stays closed before one purchase is let through to check, in seconds:
         * 1 to 3,600, default 3. With a longer time, fewer purchases are made in vain; with a shorter one, restocked or
         * cancelled pieces are sold sooner. {@link BuyLock#openItem} opens an item at once.
         */
        public Builder soldOutSeconds(int seconds) {
            this.soldOutSeconds = seconds;
            return this;
        }

        /**
         * Sets whether a purchase is rejected at once if its estimated wait is longer than {@code waitMillis}; default
         * true. With false, it waits and is then rejected.
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
         * Sets how many purchases may stand by on this node, over all items: 0 to 1,000, default 32. A purchase that
         * stands by is dispatched before its item is free, and waits on a thread of the container. Otherwise, on a busy
         * container, the item is locked and unused while its next purchase waits for a thread. The busier the
         * container, the more purchases stand by. They use at most a tenth of the time of the container's threads. With
         * 0, no purchase stands by.
         */
        public Builder standbyThreads(int threads) {
            this.standbyThreads = threads;
            return this;
        }

        /**
         * Sets how long a purchase may wait for its item on a thread before it is suspended again, in milliseconds: 1
         * to 1,000, default 50.
         */
        public Builder standbyMillis(int millis) {
            this.standbyMillis = millis;
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
                    permits,
                    maxHoldSeconds,
                    handOvers,
                    turnMillis,
                    pollMillis,
                    maxWaiters,
                    maxWaitersPerItem,
                    whenStoreFails,
                    keyPrefix,
                    soldOutSeconds,
                    rejectHopeless,
                    maxItemsPerBuyer,
                    maxPurchases,
                    standbyThreads,
                    standbyMillis);
        }
    }
}
