package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import java.time.Duration;

/**
 * The store of the leases, for a filter that creates its own lock.
 *
 * @param memcached {@code host:port}, or several separated by commas; empty, the default, for this process's memory
 * @param storeTimeoutMillis how long to wait for the reply to an operation, in milliseconds: 10 to 10,000, default 250
 */
public record StoreParams(String memcached, int storeTimeoutMillis) {

    /** Every setting at its default. */
    public static final StoreParams DEFAULTS = new StoreParams("", MemcachedLockStore.DEFAULT_STORE_TIMEOUT_MILLIS);

    /**
     * Checks every setting.
     *
     * @throws IllegalArgumentException if a setting is not allowed; the message names key, value and rule
     */
    public StoreParams {
        Settings.requireRange(
                "storeTimeoutMillis",
                storeTimeoutMillis,
                10,
                10_000,
                "it is the time to wait for a reply of memcached");
    }

    /**
     * Opens the store, which the caller closes.
     *
     * @throws IllegalArgumentException if an address is not valid
     */
    public LockStore open() {
        return memcached.isBlank()
                ? new InMemoryLockStore()
                : MemcachedLockStore.connect(memcached, Duration.ofMillis(storeTimeoutMillis));
    }
}
