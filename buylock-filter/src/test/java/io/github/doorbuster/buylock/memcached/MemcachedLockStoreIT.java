package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import net.spy.memcached.MemcachedConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemcachedLockStoreIT extends MemcachedContract {

    @RegisterExtension
    static final MemcachedOfClass MEMCACHED =
            new MemcachedOfClass(server -> MemcachedLockStore.connect(server.address()));

    MemcachedLockStoreIT() {
        super(MEMCACHED);
    }

    private static Lease lease(String key, String token) {
        return new Lease(key, token, Duration.ofSeconds(30));
    }

    @Test
    void manyReleasesAtOnceFreeOnlyTheirOwnKeys() throws Exception {
        String longKey = "many/" + UUID.randomUUID() + "/" + "x".repeat(180) + "/";
        List<Lease> mine = new ArrayList<>();
        List<CompletionStage<Boolean>> acquired = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Lease lease = lease(longKey + i, "mine-" + i);
            mine.add(lease);
            if (i % 3 > 0) {
                acquired.add(store.acquire(i % 3 == 1 ? lease : lease(lease.key(), "theirs")));
            }
        }
        for (CompletionStage<Boolean> add : acquired) {
            assertThat(get(add)).isTrue();
        }
        List<CompletionStage<Boolean>> released =
                mine.stream().map(store::release).toList();

        for (int i = 0; i < mine.size(); i++) {
            Lease theirs = lease(mine.get(i).key(), "theirs");
            assertThat(get(released.get(i))).as("key %d", i).isEqualTo(i % 3 == 1);
            assertThat(get(store.release(theirs))).as("key %d", i).isEqualTo(i % 3 == 2);
        }
    }

    @Test
    void concurrentReleasesFreeAKeyOnce() throws Exception {
        for (int i = 0; i < 100; i++) {
            Lease lease = lease("twice/" + i, "mine");
            assertThat(get(store.acquire(lease))).isTrue();
            List<CompletionStage<Boolean>> results =
                    List.of(store.release(lease), store.replace(lease, lease), store.release(lease));

            assertThat(List.of(get(results.get(0)), get(results.get(2)))).containsOnlyOnce(true);
            assertThat(get(store.acquire(lease))).isTrue();
            assertThat(get(store.release(lease))).isTrue();
        }
    }

    @Test
    void aMarkEnds() throws Exception {
        String key = "mark/" + UUID.randomUUID();
        get(store.mark(key, "closed:1", Duration.ofSeconds(1)));

        await().untilAsserted(() -> assertThat(get(store.marks(List.of(key)))).isEmpty());
    }

    @Test
    void theChangeKeyLastsAsLongAsTheLongestMark() throws Exception {
        try (MemcachedLockStore other = MemcachedLockStore.connect(server.address())) {
            get(store.mark("mark/long", "closed:1", Duration.ofHours(2)));
            get(other.mark("mark/short", "closed:1", Duration.ofSeconds(3)));

            await().untilAsserted(() -> assertThat(server.command("mg doorbuster-heartbeat-0 t"))
                    .singleElement()
                    .asString()
                    .matches("HD t7[0-9]{3}"));
        }
    }

    @Test
    void anInterruptedThreadIsServedAndStaysInterrupted() throws Exception {
        Lease lease = lease("interrupted/" + UUID.randomUUID(), "mine");
        Thread.currentThread().interrupt();
        CompletionStage<Boolean> acquired = store.acquire(lease);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(get(acquired)).isTrue();

        Thread.currentThread().interrupt();
        CompletionStage<Boolean> released = store.release(lease);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(get(released)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost:", ":11211", "localhost:99999", "127.0.0.1:1,,b:2"})
    void aBadAddressIsRejected(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemcachedLockStore.connect(address))
                .withMessageStartingWith("memcached=" + address + ": must be");
    }

    @Test
    void closeEndsEveryThread() throws Exception {
        for (int i = 0; i < 20; i++) {
            // Threads inherit the group, so this finds those of this store among those of other tests.
            ThreadGroup group = new ThreadGroup("store");
            FutureTask<MemcachedLockStore> connect =
                    new FutureTask<>(() -> MemcachedLockStore.connect(server.address()));
            new Thread(group, connect).start();
            MemcachedLockStore other = connect.get();
            Thread[] threads = new Thread[10];
            List<Thread> own = Arrays.asList(threads).subList(0, group.enumerate(threads));
            assertThat(own).extracting(Thread::getName).anyMatch(name -> name.startsWith("doorbuster-buylock-"));
            assertThat(own).hasAtLeastOneElementOfType(MemcachedConnection.class);

            other.close();

            assertThat(own).filteredOn(MemcachedConnection.class::isInstance).noneMatch(Thread::isAlive);
            await().untilAsserted(() -> assertThat(own).noneMatch(Thread::isAlive));
        }
    }
}
