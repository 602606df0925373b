package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.testing.MemcachedServer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A store with a memcached of its own, which the test stops, kills and restarts. */
abstract class OwnMemcached {

    static final String KEY = "buy/42";
    static final Lease LEASE = lease(KEY);

    final MemcachedServer server = MemcachedServer.startOwn("-m", "64");
    final MemcachedLockStore store = MemcachedLockStore.connect(server.address());

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    static BuyLockConfig.Builder config() {
        return BuyLockConfig.builder().leaseSeconds(3);
    }

    static BuyLock lock(LockStore store) {
        return lock(store, config());
    }

    static BuyLock lock(LockStore store, BuyLockConfig.Builder config) {
        return BuyLock.builder().config(config.build()).store(store).build();
    }

    static Lease lease(String key) {
        return new Lease(key, "mine", Duration.ofSeconds(30));
    }

    static <T> T get(CompletionStage<T> result) throws Exception {
        return result.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static void assertFails(CompletionStage<?> result) {
        assertThatThrownBy(() -> get(result)).isInstanceOf(ExecutionException.class);
    }

    /** Buys the item and returns the scope of the grant. */
    static Grant.Scope buy(BuyLock lock, String item) throws Exception {
        try (Grant grant = get(lock.acquire(item))) {
            return grant.scope();
        }
    }

    boolean isLocked() {
        return server.command("get " + KEY).size() > 1;
    }

    static void awaitState(LockStore store, State state) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> store.status().state() == state);
    }
}
