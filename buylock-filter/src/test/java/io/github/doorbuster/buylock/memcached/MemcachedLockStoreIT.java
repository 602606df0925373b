package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.LockStoreContract;
import io.github.doorbuster.testing.MemcachedServer;
import java.util.HashSet;
import java.util.Set;
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
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        MemcachedLockStore other = MemcachedLockStore.connect(server.address());
        Set<Thread> own = new HashSet<>(Thread.getAllStackTraces().keySet());
        own.removeAll(before);
        assertThat(own).extracting(Thread::getName).anyMatch(name -> name.startsWith("doorbuster-buylock-"));
        other.close();

        await().untilAsserted(() -> assertThat(own).noneMatch(Thread::isAlive));
    }
}
