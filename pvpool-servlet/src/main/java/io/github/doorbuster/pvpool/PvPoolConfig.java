package io.github.doorbuster.pvpool;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The configuration of a {@link PvPool}. {@link Builder} describes each option.
 *
 * <p>Immutable. The constructor throws {@link IllegalArgumentException} for a value out of its range.
 */
public record PvPoolConfig(
        int flushMillis,
        int flushPercent,
        int flushItems,
        int slots,
        int chunkRows,
        int maxPendingItems,
        int retryMillis,
        int maxRetryMillis,
        int closeMillis,
        int maxReads,
        int idempotencySeconds,
        int maxIdempotencyKeys,
        boolean takeOver,
        String idPattern,
        UnknownIds unknownIds,
        boolean allowNegative,
        int hotItems,
        int topCacheMillis,
        String buckets,
        String bucketZone,
        String bucketDays) {

    private static final String DEFAULT_SUITS_MOST = "the default suits most sites";

    /** Checks every value. */
    public PvPoolConfig {
        Settings.requireRange(
                "flushMillis", flushMillis, 10, 3_600_000, "a shorter interval only costs more transactions");
        Settings.requireRange("flushPercent", flushPercent, 1, 100, "100 is a fixed interval");
        Settings.requireRange("flushItems", flushItems, 0, Integer.MAX_VALUE, "0 is half of maxPendingItems");
        Settings.requireRange("slots", slots, 1, 1024, "a few slots per CPU are enough");
        Settings.requireRange(
                "chunkRows", chunkRows, 1, 10_000, "a statement has two parameters per row, and servers limit them");
        Settings.requireRange(
                "maxPendingItems", maxPendingItems, 1000, 100_000_000, "an item takes about 120 bytes of heap");
        Settings.requireRange("retryMillis", retryMillis, 1, 60_000, DEFAULT_SUITS_MOST);
        Settings.requireRange(
                "maxRetryMillis", maxRetryMillis, retryMillis, 600_000, "must not be less than retryMillis");
        Settings.requireRange(
                "closeMillis", closeMillis, 100, 600_000, "set it below the stop timeout of your service manager");
        Settings.requireRange("maxReads", maxReads, 1, 10_000, "at most as many as the DataSource has connections");
        Settings.requireRange(
                "idempotencySeconds", idempotencySeconds, 1, 86_400, "as long as clients may repeat a request");
        Settings.requireRange(
                "maxIdempotencyKeys", maxIdempotencyKeys, 1, 100_000_000, "a key takes about 300 bytes of heap");
        Settings.requireRange("hotItems", hotItems, 0, 100_000, "each takes about 3 kB of heap; 0 is off");
        Settings.requireRange("topCacheMillis", topCacheMillis, 0, 60_000, DEFAULT_SUITS_MOST);
        Buckets.of(buckets, bucketZone);
        BucketDays.of(bucketDays);
        try {
            Pattern.compile(idPattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "idPattern=%s: must be a regular expression; %s".formatted(idPattern, e.getDescription()));
        }
    }

    Buckets timeBuckets() {
        return Buckets.of(buckets, bucketZone);
    }

    /** What happens to a request with an id that is not counted. */
    public enum UnknownIds {
        /** None of its views is counted. */
        REJECT,
        /** Its other views are counted. */
        DROP
    }

    /** {@return a builder with the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a configuration. Each method has the name of its init-param. */
    public static final class Builder {

        private int flushMillis = 1000;
        private int flushPercent = 5;
        private int flushItems;
        private int slots = 16;
        private int chunkRows = 1000;
        private int maxPendingItems = 1_000_000;
        private int retryMillis = 100;
        private int maxRetryMillis = 10_000;
        private int closeMillis = 10_000;
        private boolean takeOver;
        private int maxReads = 32;
        private int idempotencySeconds = 60;
        private int maxIdempotencyKeys = 200_000;
        private String idPattern = "";
        private UnknownIds unknownIds = UnknownIds.REJECT;
        private boolean allowNegative;
        private int hotItems;
        private int topCacheMillis = 1000;
        private String buckets = "";
        private String bucketZone = "UTC";
        private String bucketDays = BucketDays.DEFAULT;

        private Builder() {}

        /**
         * Sets the time between two flushes, in milliseconds: 10 to 3,600,000, default 1000. The counts in the database
         * lag by this much, under load by up to ten times as much, see {@link #flushPercent}. A shorter interval
         * combines fewer views per row.
         */
        public Builder flushMillis(int flushMillis) {
            this.flushMillis = flushMillis;
            return this;
        }

        /**
         * Sets the share of the time that the pool writes, in percent: 1 to 100, default 5. After a flush, the pool
         * rests so long that the flush is this share of the time, but at most for ten intervals. So under load, or with
         * a slow store, it writes less often, and combines more views per row. 100 is a fixed interval.
         */
        public Builder flushPercent(int flushPercent) {
            this.flushPercent = flushPercent;
            return this;
        }

        /**
         * Sets the number of pending items that starts a flush before the interval ends: 0 or more, default 0. 0 is
         * half of {@link #maxPendingItems}; keep it below that. Items that are just being written count as well, so
         * with a low number the pool writes without a pause, and combines fewer views per row.
         */
        public Builder flushItems(int flushItems) {
            this.flushItems = flushItems;
            return this;
        }

        /**
         * Sets the number of maps that views are counted in: 1 to 1024, default 16. Threads that use different maps do
         * not contend; a few per CPU are enough.
         */
        public Builder slots(int slots) {
            this.slots = slots;
            return this;
        }

        /**
         * Sets the number of rows per transaction: 1 to 10,000, default 1000. A larger transaction gains little and
         * holds row locks longer.
         */
        public Builder chunkRows(int chunkRows) {
            this.chunkRows = chunkRows;
            return this;
        }

        /**
         * Sets the number of pending items above which views are rejected: 1000 to 100,000,000, default 1,000,000. This
         * bounds the heap: an item takes about 120 bytes.
         */
        public Builder maxPendingItems(int maxPendingItems) {
            this.maxPendingItems = maxPendingItems;
            return this;
        }

        /**
         * Sets the longest pause after the first failed flush, in milliseconds: 1 to 60,000, default 100. The pause
         * doubles with each further failure; half of it is random.
         */
        public Builder retryMillis(int retryMillis) {
            this.retryMillis = retryMillis;
            return this;
        }

        /**
         * Sets the longest pause between two attempts to write, in milliseconds: {@link #retryMillis} to 600,000,
         * default 10,000.
         */
        public Builder maxRetryMillis(int maxRetryMillis) {
            this.maxRetryMillis = maxRetryMillis;
            return this;
        }

        /**
         * Sets how long {@link PvPool#close} tries to write the remaining views, in milliseconds: 100 to 600,000,
         * default 10,000. Set it below the stop timeout of your service manager.
         */
        public Builder closeMillis(int closeMillis) {
            this.closeMillis = closeMillis;
            return this;
        }

        /**
         * Sets the number of concurrent reads of the store: 1 to 10,000, default 32. More reads than the DataSource has
         * connections only wait for each other.
         */
        public Builder maxReads(int maxReads) {
            this.maxReads = maxReads;
            return this;
        }

        /**
         * Sets how long after a request was accepted a repetition with its Idempotency-Key is recognised, in seconds: 1
         * to 86,400, default 60.
         */
        public Builder idempotencySeconds(int idempotencySeconds) {
            this.idempotencySeconds = idempotencySeconds;
            return this;
        }

        /**
         * Sets the number of Idempotency-Keys to remember: 1 to 100,000,000, default 200,000. Beyond it, requests with
         * a new key are rejected, because the repetition of a forgotten key would be counted twice. A key takes about
         * 300 bytes of heap.
         */
        public Builder maxIdempotencyKeys(int maxIdempotencyKeys) {
            this.maxIdempotencyKeys = maxIdempotencyKeys;
            return this;
        }

        /**
         * Sets whether this pool takes over journals that another process still owns. That process is then fenced and
         * writes nothing more. Default: false, so that a pool does not start on a copy of the folder of a running pool.
         * Set it for one start, after the other process has been stopped permanently.
         */
        public Builder takeOver(boolean takeOver) {
            this.takeOver = takeOver;
            return this;
        }

        /**
         * Sets the regular expression that a whole item id has to match to be counted. Default: empty, so that every
         * valid id is counted.
         *
         * @see PvPool.Builder#knownIds
         */
        public Builder idPattern(String regex) {
            this.idPattern = regex;
            return this;
        }

        /** Sets what happens to a request with an id that is not counted. Default: {@link UnknownIds#REJECT}. */
        public Builder unknownIds(UnknownIds unknownIds) {
            this.unknownIds = unknownIds;
            return this;
        }

        /**
         * Sets whether counts may be negative, which takes views off again, such as a like. Default: false. What is hot
         * now does not count them.
         */
        public Builder allowNegative(boolean allowNegative) {
            this.allowNegative = allowNegative;
            return this;
        }

        /**
         * Sets how many items are counted for what is hot now, in each of 20 slices of five minutes: 0 to 100,000,
         * default 0, which is off. The views of an item are at most {@code n / hotItems} too high, where {@code n} is
         * the number of views in the window. An item takes about 3 kB of heap.
         */
        public Builder hotItems(int hotItems) {
            this.hotItems = hotItems;
            return this;
        }

        /**
         * Sets how long the answer of {@link PvPool#top} is kept for further readers, in milliseconds: 0 to 60,000,
         * default 1000.
         */
        public Builder topCacheMillis(int topCacheMillis) {
            this.topCacheMillis = topCacheMillis;
            return this;
        }

        /**
         * Sets the buckets of time in which views are also counted: {@code hour}, {@code day}, or both, separated by a
         * comma. Default: none.
         */
        public Builder buckets(String buckets) {
            this.buckets = buckets;
            return this;
        }

        /**
         * Sets the time zone of hours and days, such as {@code Asia/Tokyo}. Default: {@code UTC}. It cannot be changed
         * once the tables of buckets have rows.
         */
        public Builder bucketZone(String zone) {
            this.bucketZone = zone;
            return this;
        }

        /**
         * Sets after how many days rows of buckets are deleted: those of hours and those of days, separated by a comma,
         * or one number for both. 2 to 36,500, default 35 and 400.
         */
        public Builder bucketDays(String days) {
            this.bucketDays = days;
            return this;
        }

        /**
         * Builds the configuration.
         *
         * @throws IllegalArgumentException if a value is out of its range; the message names key, value and range
         */
        public PvPoolConfig build() {
            return new PvPoolConfig(
                    flushMillis,
                    flushPercent,
                    flushItems,
                    slots,
                    chunkRows,
                    maxPendingItems,
                    retryMillis,
                    maxRetryMillis,
                    closeMillis,
                    maxReads,
                    idempotencySeconds,
                    maxIdempotencyKeys,
                    takeOver,
                    idPattern,
                    unknownIds,
                    allowNegative,
                    hotItems,
                    topCacheMillis,
                    buckets,
                    bucketZone,
                    bucketDays);
        }
    }
}
