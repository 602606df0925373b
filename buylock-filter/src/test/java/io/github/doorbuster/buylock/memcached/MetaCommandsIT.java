package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.TcpProxy;
import io.github.doorbuster.testing.TcpProxy.Fate;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which commands a lease costs on a server that knows the meta commands. */
class MetaCommandsIT {

    private final MemcachedServer server = MemcachedServer.start();
    private final TcpProxy proxy = TcpProxy.to(server.address());
    private final MemcachedLockStore store = MemcachedLockStore.connect(proxy.address());
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final Lease lease = new Lease("meta/" + UUID.randomUUID(), "mine", Duration.ofSeconds(30));

    @BeforeEach
    void record() {
        proxy.onRequest(piece -> {
            piece.lines().filter(line -> line.contains(lease.key())).forEach(sent::add);
            return Fate.PASS;
        });
    }

    @AfterEach
    void stop() {
        store.close();
        proxy.close();
        server.close();
    }

    private static <T> T get(CompletionStage<T> reply) throws Exception {
        return reply.toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private Connection connection() {
        return (Connection) store.client().connectionOf(lease.key());
    }

    @Test
    void aLeaseCostsTwoCommands() throws Exception {
        assertThat(get(store.acquire(lease))).isTrue();
        assertThat(get(store.release(lease))).isTrue();

        assertThat(sent).hasSize(2);
        assertThat(sent.get(0)).startsWith("ms " + lease.key()).contains(" ME ");
        assertThat(sent.get(1)).startsWith("md " + lease.key() + " C");
        assertThat(server.command("get " + lease.key())).containsExactly("END");
    }

    @Test
    void aRenewalCostsOneCommand() throws Exception {
        assertThat(get(store.acquire(lease))).isTrue();
        assertThat(get(store.replace(lease, lease))).isTrue();
        assertThat(get(store.replace(lease, lease))).isTrue();
        assertThat(get(store.release(lease))).isTrue();

        assertThat(sent).hasSize(4).noneMatch(line -> line.startsWith("gets"));
    }

    @Test
    void afterALostConnectionOnlyAnExplicitCasCounts() throws Exception {
        assertThat(get(store.acquire(lease))).isTrue();
        boolean explicit = connection().commands() == CommandSet.META_WITH_EXPLICIT_CAS;
        proxy.cut();
        await().until(() -> store.status().state() == State.DOWN);
        await().until(() -> store.status().state() == State.UP);
        sent.clear();

        assertThat(get(store.release(lease))).isTrue();
        assertThat(sent.get(0)).startsWith(explicit ? "md " : "gets ");
    }

    @Test
    void aLeaseThatHasChangedIsAskedFor() throws Exception {
        assertThat(get(store.acquire(lease))).isTrue();
        server.command("set " + lease.key() + " 0 30 9\r\nmine note");

        assertThat(get(store.release(lease))).isTrue();
        assertThat(sent.subList(1, sent.size()))
                .extracting(line -> line.split(" ")[0])
                .containsExactly("md", "gets", "md");
    }
}
