package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.LockStoreContract;
import io.github.doorbuster.testing.MemcachedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import net.spy.memcached.MemcachedConnection;
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
    void ofManyReleasesAtOnceEachFreesItsOwnKeyAndNoOther() throws Exception {
        String longKey = "many/" + UUID.randomUUID() + "/" + "x".repeat(180) + "/";
        List<Lease> mine = new ArrayList<>();
        List<CompletionStage<Boolean>> taken = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Lease lease = new Lease(longKey + i, "mine-" + i, Duration.ofSeconds(30));
            mine.add(lease);
            if (i % 3 > 0) {
                taken.add(store.acquire(i % 3 == 1 ? lease : theirs(lease)));
            }
        }
        for (CompletionStage<Boolean> add : taken) {
            assertThat(get(add)).isTrue();
        }
        List<CompletionStage<Boolean>> freed = mine.stream().map(store::release).toList();

        for (int i = 0; i < mine.size(); i++) {
            assertThat(get(freed.get(i))).as("key %d", i).isEqualTo(i % 3 == 1);
            assertThat(get(store.release(theirs(mine.get(i))))).as("key %d", i).isEqualTo(i % 3 == 2);
        }
    }

    private static Lease theirs(Lease lease) {
        return new Lease(lease.key(), "theirs", lease.time());
    }

    @Test
    void aLeaseReleasedTwiceAtOnceIsFreedOnce() throws Exception {
        for (int i = 0; i < 100; i++) {
            Lease lease = new Lease("twice/" + i, "mine", Duration.ofSeconds(30));
            assertThat(get(store.acquire(lease))).isTrue();
            List<CompletionStage<Boolean>> freed =
                    List.of(store.release(lease), store.renew(lease), store.release(lease));

            assertThat(List.of(get(freed.get(0)), get(freed.get(2)))).containsOnlyOnce(true);
            assertThat(get(store.acquire(lease))).isTrue();
            assertThat(get(store.release(lease))).isTrue();
        }
    }

    @Test
    void anInterruptedThreadIsServedLikeAnyOtherAndStaysInterrupted() throws Exception {
        Lease lease = new Lease("interrupted/" + UUID.randomUUID(), "mine", Duration.ofSeconds(30));
        Thread.currentThread().interrupt();
        CompletionStage<Boolean> taken = store.acquire(lease);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(get(taken)).isTrue();

        Thread.currentThread().interrupt();
        CompletionStage<Boolean> freed = store.release(lease);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(get(freed)).isTrue();
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
    void closingLeavesNoThreadAndReturnsWhenTheClientsHasEnded() {
        for (int i = 0; i < 20; i++) {
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            MemcachedLockStore other = MemcachedLockStore.connect(server.address());
            Set<Thread> own = new HashSet<>(Thread.getAllStackTraces().keySet());
            own.removeAll(before);
            assertThat(own).extracting(Thread::getName).anyMatch(name -> name.startsWith("doorbuster-buylock-"));
            assertThat(own).hasAtLeastOneElementOfType(MemcachedConnection.class);
            other.close();

            assertThat(own).filteredOn(MemcachedConnection.class::isInstance).noneMatch(Thread::isAlive);
            await().untilAsserted(() -> assertThat(own).noneMatch(Thread::isAlive));
        }
    }
}
