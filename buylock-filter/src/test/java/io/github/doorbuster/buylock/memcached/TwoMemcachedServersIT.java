package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.LockStoreContract;
import io.github.doorbuster.testing.MemcachedServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with keys on two servers. */
class TwoMemcachedServersIT extends LockStoreContract {

    private static MemcachedServer first;
    private static MemcachedServer second;
    private static MemcachedLockStore store;

    @BeforeAll
    static void start() {
        first = MemcachedServer.startOwn();
        second = MemcachedServer.startOwn();
        store = MemcachedLockStore.connect(first.address() + "," + second.address());
    }

    @AfterAll
    static void stop() {
        store.close();
        first.close();
        second.close();
    }

    @Override
    protected LockStore store() {
        return store;
    }
}
