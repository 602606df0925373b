package io.github.doorbuster.pvpool;

/**
 * How a {@link PvPool} folds, writes and rejects.
 *
 * @param flushMillis milliseconds between two flushes
 * @param flushItems waiting items that start a flush early
 * @param slots maps that requests fold into side by side
 * @param chunkRows rows per transaction
 * @param maxPendingItems items that may wait to be written, in all
 * @param retryMillis longest pause after the first failed flush; it doubles with each further one
 * @param maxRetryMillis longest pause between two attempts
 * @param closeMillis milliseconds that {@link PvPool#close} may take to write what is left
 * @param maxReads reads of the store at the same time
 * @param idempotencySeconds seconds during which a repeated Idempotency-Key is not counted again
 * @param maxIdempotencyKeys Idempotency-Keys remembered at the same time
 */
public record PvPoolConfig(
        int flushMillis,
        int flushItems,
        int slots,
        int chunkRows,
        int maxPendingItems,
        int retryMillis,
        int maxRetryMillis,
        int closeMillis,
        int maxReads,
        int idempotencySeconds,
        int maxIdempotencyKeys) {

    /** Default of {@code flushMillis}: a view is in the database about a second later. */
    public static final int DEFAULT_FLUSH_MILLIS = 1000;
    /** Default of {@code flushItems}. */
    public static final int DEFAULT_FLUSH_ITEMS = 50_000;
    /** Default of {@code slots}. */
    public static final int DEFAULT_SLOTS = 16;
    /** Default of {@code chunkRows}: larger ones gain little and hold row locks longer. */
    public static final int DEFAULT_CHUNK_ROWS = 1000;
    /** Default of {@code maxPendingItems}. */
    public static final int DEFAULT_MAX_PENDING_ITEMS = 1_000_000;
    /** Default of {@code retryMillis}. */
    public static final int DEFAULT_RETRY_MILLIS = 100;
    /** Default of {@code maxRetryMillis}. */
    public static final int DEFAULT_MAX_RETRY_MILLIS = 10_000;
    /** Default of {@code closeMillis}. */
    public static final int DEFAULT_CLOSE_MILLIS = 10_000;
    /** Default of {@code maxReads}. */
    public static final int DEFAULT_MAX_READS = 32;
    /** Default of {@code idempotencySeconds}: clients that repeat do so within a minute. */
    public static final int DEFAULT_IDEMPOTENCY_SECONDS = 60;
    /** Default of {@code maxIdempotencyKeys}. */
    public static final int DEFAULT_MAX_IDEMPOTENCY_KEYS = 200_000;

    private static final String SERVED_BY_THE_DEFAULT = "the default serves most sites";

    /**
     * Checks every value.
     *
     * @param flushMillis milliseconds between two flushes
     * @param flushItems waiting items that start a flush early
     * @param slots maps that requests fold into side by side
     * @param chunkRows rows per transaction
     * @param maxPendingItems items that may wait to be written, in all
     * @param retryMillis longest pause after the first failed flush; it doubles with each further one
     * @param maxRetryMillis longest pause between two attempts
     * @param closeMillis milliseconds that {@link PvPool#close} may take to write what is left
     * @param maxReads reads of the store at the same time
     * @param idempotencySeconds seconds during which a repeated Idempotency-Key is not counted again
     * @param maxIdempotencyKeys Idempotency-Keys remembered at the same time
     * @throws IllegalArgumentException naming the key, the value and the rule
     */
    public PvPoolConfig {
        Settings.requireRange("flushMillis", flushMillis, 10, 3_600_000, "shorter ones only cost transactions");
        Settings.requireRange("flushItems", flushItems, 1, Integer.MAX_VALUE, SERVED_BY_THE_DEFAULT);
        Settings.requireRange("slots", slots, 1, 1024, "a few per CPU are plenty");
        Settings.requireRange(
                "chunkRows", chunkRows, 1, 10_000, "a statement holds two parameters per row, and servers limit them");
        Settings.requireRange(
                "maxPendingItems", maxPendingItems, 1000, 100_000_000, "an item takes about 120 bytes of heap");
        Settings.requireRange("retryMillis", retryMillis, 1, 60_000, SERVED_BY_THE_DEFAULT);
        Settings.requireRange("maxRetryMillis", maxRetryMillis, retryMillis, 600_000, "no shorter than retryMillis");
        Settings.requireRange(
                "closeMillis", closeMillis, 100, 600_000, "stay below the time your supervisor grants before it kills");
        Settings.requireRange("maxReads", maxReads, 1, 10_000, "no more than the connections the DataSource may open");
        Settings.requireRange(
                "idempotencySeconds", idempotencySeconds, 1, 86_400, "as long as clients go on repeating a request");
        Settings.requireRange(
                "maxIdempotencyKeys", maxIdempotencyKeys, 1, 100_000_000, "a key takes about 300 bytes of heap");
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values; each method is named like the init-param. */
    public static final class Builder {

        private int flushMillis = DEFAULT_FLUSH_MILLIS;
        private int flushItems = DEFAULT_FLUSH_ITEMS;
        private int slots = DEFAULT_SLOTS;
        private int chunkRows = DEFAULT_CHUNK_ROWS;
        private int maxPendingItems = DEFAULT_MAX_PENDING_ITEMS;
        private int retryMillis = DEFAULT_RETRY_MILLIS;
        private int maxRetryMillis = DEFAULT_MAX_RETRY_MILLIS;
        private int closeMillis = DEFAULT_CLOSE_MILLIS;
        private int maxReads = DEFAULT_MAX_READS;
        private int idempotencySeconds = DEFAULT_IDEMPOTENCY_SECONDS;
        private int maxIdempotencyKeys = DEFAULT_MAX_IDEMPOTENCY_KEYS;

        private Builder() {}

        /**
         * Sets the time between two flushes.
         *
         * @param flushMillis milliseconds, 10 or more
         * @return this builder
         */
        public Builder flushMillis(int flushMillis) {
            this.flushMillis = flushMillis;
            return this;
        }

        /**
         * Sets how many waiting items start a flush early.
         *
         * @param flushItems items, 1 or more
         * @return this builder
         */
        public Builder flushItems(int flushItems) {
            this.flushItems = flushItems;
            return this;
        }

        /**
         * Sets how many maps requests fold into side by side.
         *
         * @param slots 1 to 1024
         * @return this builder
         */
        public Builder slots(int slots) {
            this.slots = slots;
            return this;
        }

        /**
         * Sets how many rows one transaction adds.
         *
         * @param chunkRows 1 to 10000
         * @return this builder
         */
        public Builder chunkRows(int chunkRows) {
            this.chunkRows = chunkRows;
            return this;
        }

        /**
         * Sets how many items may wait to be written before views are rejected.
         *
         * @param maxPendingItems items, 1000 or more
         * @return this builder
         */
        public Builder maxPendingItems(int maxPendingItems) {
            this.maxPendingItems = maxPendingItems;
            return this;
        }

        /**
         * Sets the longest pause after the first failed flush.
         *
         * @param retryMillis milliseconds
         * @return this builder
         */
        public Builder retryMillis(int retryMillis) {
            this.retryMillis = retryMillis;
            return this;
        }

        /**
         * Sets the longest pause between two attempts.
         *
         * @param maxRetryMillis milliseconds, no less than {@code retryMillis}
         * @return this builder
         */
        public Builder maxRetryMillis(int maxRetryMillis) {
            this.maxRetryMillis = maxRetryMillis;
            return this;
        }

        /**
         * Sets how long closing may take to write what is left.
         *
         * @param closeMillis milliseconds, 100 or more
         * @return this builder
         */
        public Builder closeMillis(int closeMillis) {
            this.closeMillis = closeMillis;
            return this;
        }

        /**
         * Sets how many reads of the store may run at the same time.
         *
         * @param maxReads 1 or more
         * @return this builder
         */
        public Builder maxReads(int maxReads) {
            this.maxReads = maxReads;
            return this;
        }

        /**
         * Sets how long a repeated Idempotency-Key is not counted again.
         *
         * @param idempotencySeconds seconds from acceptance
         * @return this builder
         */
        public Builder idempotencySeconds(int idempotencySeconds) {
            this.idempotencySeconds = idempotencySeconds;
            return this;
        }

        /**
         * Sets how many Idempotency-Keys are remembered before requests that carry one are rejected.
         *
         * @param maxIdempotencyKeys keys, 1 or more
         * @return this builder
         */
        public Builder maxIdempotencyKeys(int maxIdempotencyKeys) {
            this.maxIdempotencyKeys = maxIdempotencyKeys;
            return this;
        }

        /**
         * Checks the values.
         *
         * @return the configuration
         * @throws IllegalArgumentException naming the key, the value and the rule
         */
        public PvPoolConfig build() {
            return new PvPoolConfig(
                    flushMillis,
                    flushItems,
                    slots,
                    chunkRows,
                    maxPendingItems,
                    retryMillis,
                    maxRetryMillis,
                    closeMillis,
                    maxReads,
                    idempotencySeconds,
                    maxIdempotencyKeys);
        }
    }
}
