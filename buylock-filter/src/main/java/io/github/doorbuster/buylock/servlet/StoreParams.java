package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import java.time.Duration;

/**
 * The init-params of a filter that creates its lock: where the leases are kept.
 *
 * @param memcached {@code host:port}, or several separated by commas; empty for this process's memory
 * @param storeTimeoutMillis how long to wait for the reply to an operation, in milliseconds
 */
record StoreParams(String memcached, int storeTimeoutMillis) {

    static final StoreParams DEFAULTS = new StoreParams("", MemcachedLockStore.DEFAULT_STORE_TIMEOUT_MILLIS);

    StoreParams {
        Settings.requireRange(
                "storeTimeoutMillis", storeTimeoutMillis, 10, 10_000, "it bounds every operation on memcached");
    }

    LockStore open() {
        return memcached.isBlank()
                ? new InMemoryLockStore()
                : MemcachedLockStore.connect(memcached, Duration.ofMillis(storeTimeoutMillis));
    }
}
