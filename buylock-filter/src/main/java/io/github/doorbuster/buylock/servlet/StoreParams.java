package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * The store of the leases, for a filter that creates its own lock.
 *
 * @param memcached {@code host:port}, or several separated by commas; empty, the default, for this process's memory
 * @param memcachedTls whether to connect to memcached by TLS, with the JVM's default trust store; default false. Needs
 *     AWS's fork of the client: see {@link MemcachedLockStore#connect(String, Duration, SSLContext)}
 * @param storeTimeoutMillis how long to wait for the reply to an operation, in milliseconds: 10 to 10,000, default 250
 */
public record StoreParams(String memcached, boolean memcachedTls, int storeTimeoutMillis) {

    /** Every setting at its default. */
    public static final StoreParams DEFAULTS =
            new StoreParams("", false, MemcachedLockStore.DEFAULT_STORE_TIMEOUT_MILLIS);

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
     * @throws IllegalArgumentException if an address is not valid, or if the client has no TLS
     */
    public LockStore open() {
        if (memcached.isBlank()) {
            return new InMemoryLockStore();
        }
        Duration timeout = Duration.ofMillis(storeTimeoutMillis);
        return memcachedTls
                ? MemcachedLockStore.connect(memcached, timeout, defaultTls())
                : MemcachedLockStore.connect(memcached, timeout);
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("memcachedTls=true: the JVM's trust store cannot be read", e);
        }
    }
}
