package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.testing.TcpProxy;
import io.github.doorbuster.testing.TcpProxy.Fate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Operations whose reply comes late, or never. */
@Execution(ExecutionMode.CONCURRENT)
class LateRepliesIT extends OwnMemcached {

    @Test
    void anAddThatSucceedsAfterItsTimeoutIsReleased() {
        server.stop();
        assertFails(store.acquire(LEASE));
        server.cont();

        await().until(() -> store.status().orphansReleased() == 1);
        assertThat(isLocked()).isFalse();
    }

    @Test
    void anAddThatSucceedsOnAnOldConnectionIsReleased() {
        Object before = store.client().connectionOf(KEY);
        server.stop();
        assertFails(store.acquire(LEASE));
        // A stopped server still accepts connections.
        await().until(() -> store.client().connectionOf(KEY) != before
                && ((ServerConnection) store.client().serverOf(KEY)).isConnected());
        server.cont();

        await().until(() -> store.status().orphansReleased() == 1);
        assertThat(isLocked()).isFalse();
    }

    @Test
    void aLostReleaseIsRepeated() throws Exception {
        get(store.acquire(LEASE));
        server.stop();
        assertFails(store.release(LEASE));
        server.cont();

        await().until(() -> !isLocked());
    }

    @Test
    void anAddWhoseReplyIsLostIsReleased() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address());
                MemcachedLockStore behind = MemcachedLockStore.connect(proxy.address())) {
            proxy.onRequest(sent -> sent.contains("ms " + KEY) ? Fate.LOSE_ANSWER : Fate.PASS);
            assertFails(behind.acquire(LEASE));
            assertThat(isLocked()).isTrue();

            await().until(() -> behind.status().orphansReleased() == 1);
            assertThat(isLocked()).isFalse();
        }
    }

    @Test
    void closeFailsOperationsInFlight() {
        server.stop();
        List<CompletableFuture<Boolean>> inFlight = List.of(
                store.acquire(LEASE).toCompletableFuture(),
                store.release(LEASE).toCompletableFuture(),
                store.replace(LEASE, LEASE).toCompletableFuture());
        store.close();

        assertThat(inFlight).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(store.acquire(LEASE).toCompletableFuture()).isCompletedExceptionally();
        server.cont();
    }

    @Test
    void unwrittenOperationsAreNotWrittenToTheNextConnection() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address());
                MemcachedLockStore behind = MemcachedLockStore.connect(proxy.address(), Duration.ofSeconds(5))) {
            AtomicBoolean lost = new AtomicBoolean();
            AtomicBoolean writtenLate = new AtomicBoolean();
            proxy.onRequest(sent -> {
                while (!lost.get()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
                return Fate.CUT;
            });
            // More than the buffers of the sockets hold.
            for (int i = 0; i < 40_000; i++) {
                behind.acquire(lease("unwritten/" + "x".repeat(200) + i));
            }
            proxy.cut();
            awaitState(behind, State.DOWN);
            proxy.onRequest(sent -> {
                // A lease whose reply was lost is looked up and released, which is not meant here.
                writtenLate.compareAndSet(false, sent.contains("ms unwritten/"));
                return Fate.PASS;
            });
            lost.set(true);
            awaitState(behind, State.UP);

            assertThat(writtenLate).isFalse();
        }
    }
}
