package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings of a {@link BuyLockFilter} beside those of its lock.
 *
 * @param memcached where the leases are kept: {@code host:port,host:port}, or empty for this process's memory
 * @param storeTimeoutMillis after how many milliseconds memcached counts as silent
 * @param methods the HTTP methods that are locked, separated by commas
 * @param itemId where the item id stands
 * @param maxItemIdLength how many characters an item id may have
 * @param maxBodyBytes how many bytes a body may have that must be read for its item id
 * @param retryAfterSeconds what a rejected client is told to wait
 */
public record BuyLockFilterConfig(
        String memcached,
        int storeTimeoutMillis,
        String methods,
        String itemId,
        int maxItemIdLength,
        int maxBodyBytes,
        int retryAfterSeconds) {

    /** Default of {@code methods}. */
    public static final String DEFAULT_METHODS = "POST";
    /** Default of {@code itemId}. */
    public static final String DEFAULT_ITEM_ID = "form:item_id";
    /** Default of {@code maxItemIdLength}. */
    public static final int DEFAULT_MAX_ITEM_ID_LENGTH = 256;
    /** Default of {@code maxBodyBytes}. */
    public static final int DEFAULT_MAX_BODY_BYTES = 16_384;
    /** Default of {@code retryAfterSeconds}. */
    public static final int DEFAULT_RETRY_AFTER_SECONDS = 1;

    /**
     * Checks every setting.
     *
     * @param memcached see above
     * @param storeTimeoutMillis see above
     * @param methods see above
     * @param itemId see above
     * @param maxItemIdLength see above
     * @param maxBodyBytes see above
     * @param retryAfterSeconds see above
     * @throws IllegalArgumentException naming the key, the value and the rule
     */
    public BuyLockFilterConfig {
        Settings.requireRange(
                "storeTimeoutMillis", storeTimeoutMillis, 10, 10_000, "it bounds every question to memcached");
        if (!methods.matches("[A-Z]+(,[A-Z]+)*")) {
            throw new IllegalArgumentException(
                    "methods=%s: must be HTTP methods in capitals, separated by commas".formatted(methods));
        }
        ItemIdSource.of(itemId);
        Settings.requireRange("maxItemIdLength", maxItemIdLength, 1, 4_096, "an item id is meant to be short");
        Settings.requireRange(
                "maxBodyBytes", maxBodyBytes, 64, 16_777_216, "the body is kept in memory while its purchase waits");
        Settings.requireRange(
                "retryAfterSeconds", retryAfterSeconds, 1, 3_600, "clients that come back at once make the rush worse");
    }

    /**
     * Returns a builder with every setting at its default.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    Set<String> methodSet() {
        return Arrays.stream(methods.split(",")).collect(Collectors.toUnmodifiableSet());
    }

    /** Collects settings; {@link #build()} checks them. */
    public static final class Builder {

        private String memcached = "";
        private int storeTimeoutMillis = MemcachedLockStore.DEFAULT_STORE_TIMEOUT_MILLIS;
        private String methods = DEFAULT_METHODS;
        private String itemId = DEFAULT_ITEM_ID;
        private int maxItemIdLength = DEFAULT_MAX_ITEM_ID_LENGTH;
        private int maxBodyBytes = DEFAULT_MAX_BODY_BYTES;
        private int retryAfterSeconds = DEFAULT_RETRY_AFTER_SECONDS;

        private Builder() {}

        /**
         * Sets where the leases are kept. Ignored where a lock is passed to the filter.
         *
         * @param servers {@code host:port,host:port}; empty, the default, keeps them in this process's memory
         * @return this
         */
        public Builder memcached(String servers) {
            this.memcached = servers;
            return this;
        }

        /**
         * Sets after how long memcached counts as silent. Ignored where a lock is passed to the filter.
         *
         * @param millis at least 10, default {@value MemcachedLockStore#DEFAULT_STORE_TIMEOUT_MILLIS}
         * @return this
         */
        public Builder storeTimeoutMillis(int millis) {
            this.storeTimeoutMillis = millis;
            return this;
        }

        /**
         * Sets which HTTP methods are locked; all others pass.
         *
         * @param commaSeparated in capitals, default {@value #DEFAULT_METHODS}
         * @return this
         */
        public Builder methods(String commaSeparated) {
            this.methods = commaSeparated;
            return this;
        }

        /**
         * Sets where the item id stands.
         *
         * @param source {@code form:name}, {@code query:name}, {@code header:name}, {@code json:name.of.field}, or
         *     {@code path:/items/*}{@code /buy} with {@code *} for the id; default {@value #DEFAULT_ITEM_ID}
         * @return this
         */
        public Builder itemId(String source) {
            this.itemId = source;
            return this;
        }

        /**
         * Sets how many characters an item id may have; a longer one is answered with 400.
         *
         * @param characters at least 1, default {@value #DEFAULT_MAX_ITEM_ID_LENGTH}
         * @return this
         */
        public Builder maxItemIdLength(int characters) {
            this.maxItemIdLength = characters;
            return this;
        }

        /**
         * Sets how many bytes a body may have that must be read for its item id; a longer one is answered with 413.
         *
         * @param bytes at least 64, default {@value #DEFAULT_MAX_BODY_BYTES}
         * @return this
         */
        public Builder maxBodyBytes(int bytes) {
            this.maxBodyBytes = bytes;
            return this;
        }

        /**
         * Sets what a rejected client is told to wait, by {@code Retry-After}.
         *
         * @param seconds at least 1, default {@value #DEFAULT_RETRY_AFTER_SECONDS}
         * @return this
         */
        public Builder retryAfterSeconds(int seconds) {
            this.retryAfterSeconds = seconds;
            return this;
        }

        /**
         * Checks the settings and returns them.
         *
         * @return the settings
         * @throws IllegalArgumentException naming the key, the value and the rule
         */
        public BuyLockFilterConfig build() {
            return new BuyLockFilterConfig(
                    memcached, storeTimeoutMillis, methods, itemId, maxItemIdLength, maxBodyBytes, retryAfterSeconds);
        }
    }
}
