package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.LockStoreContract;
import io.github.doorbuster.testing.MemcachedServer;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with the commands that every server knows. */
class ClassicCommandsIT extends LockStoreContract {

    private static MemcachedServer server;
    private static MemcachedLockStore store;

    @BeforeAll
    static void start() {
        server = MemcachedServer.start();
        store = MemcachedLockStore.connect(
                server.address(), Duration.ofMillis(250), InetAddress::getAllByName, CommandSet.CLASSIC);
    }

    @AfterAll
    static void stop() {
        store.close();
        server.close();
    }

    @Override
    protected LockStore store() {
        return store;
    }
}
