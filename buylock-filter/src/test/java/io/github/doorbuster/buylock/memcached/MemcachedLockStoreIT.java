package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.LockStoreContract;
import io.github.doorbuster.testing.MemcachedServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MemcachedLockStoreIT extends LockStoreContract {

    private static MemcachedServer server;
    private static MemcachedLockStore store;

    @BeforeAll
    static void start() {
        server = MemcachedServer.start();
        store = MemcachedLockStore.connect(server.address());
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

    @Test
    void badAddressesAreNamed() {
        for (String bad :
                new String[] {"", "localhost", "localhost:", ":11211", "localhost:99999", "127.0.0.1:1,,b:2"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MemcachedLockStore.connect(bad))
                    .withMessageStartingWith("memcached=" + bad + ": must be");
        }
    }

    @Test
    void closingLeavesNoThread() {
        MemcachedLockStore other = MemcachedLockStore.connect(server.address());
        other.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(Thread::isAlive)
                .extracting(Thread::getName)
                .filteredOn(name -> name.contains("Memcached IO") || name.contains("buylock"))
                .hasSizeLessThanOrEqualTo(1 + 2 + 2);
    }
}
