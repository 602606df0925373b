package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.LockStoreContract;
import io.github.doorbuster.testing.MemcachedServer;

/** The contract with the memcached of a class. */
abstract class MemcachedContract extends LockStoreContract {

    final MemcachedServer server;
    final MemcachedLockStore store;

    MemcachedContract(MemcachedOfClass memcached) {
        this.server = memcached.server();
        this.store = memcached.store();
    }

    @Override
    protected final LockStore store() {
        return store;
    }
}
