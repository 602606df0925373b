package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.StoreStatus.State;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Leases that memcached forgets or gives to somebody else. */
@Execution(ExecutionMode.CONCURRENT)
class LostLeasesIT extends OwnMemcached {

    @Test
    void aStolenLeaseIsLostAndNotReleased() throws Exception {
        try (BuyLock lock = lock(store)) {
            Grant grant = get(lock.acquire("42"));
            server.command("set " + KEY + " 0 0 5\r\nthief");

            await().until(() -> !grant.leaseHolds());
            grant.close();
            await().until(() -> lock.snapshot().items() == 0);
            assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
            assertThat(server.command("get " + KEY)).contains("thief");
        }
    }

    @Test
    void aLeaseIsRenewedInMemcached() throws Exception {
        try (BuyLock lock = lock(store)) {
            Grant grant = get(lock.acquire("42"));
            long notRenewed = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            await().until(() -> {
                assertThat(isLocked()).isTrue();
                assertThat(grant.leaseHolds()).isTrue();
                return System.nanoTime() - notRenewed > 0;
            });
            grant.close();
            await().until(() -> !isLocked());
        }
    }

    @Test
    void afterFlushAllTheNextPurchaseAcquiresANewLease() throws Exception {
        try (BuyLock lock = lock(store)) {
            Grant grant = get(lock.acquire("42"));
            CompletableFuture<Grant> next = lock.acquire("42");
            server.command("flush_all");
            await().until(() -> !grant.leaseHolds());
            grant.close();

            assertThat(get(next).leaseHolds()).isTrue();
            assertThat(isLocked()).isTrue();
            assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
            get(next).close();
        }
    }

    @Test
    void afterARestartAnOldLeaseDoesNotReleaseTheKeyOfTheNextOwner() throws Exception {
        Lease before = new Lease(KEY, "before", Duration.ofSeconds(30));
        Lease after = new Lease(KEY, "after", Duration.ofSeconds(30));
        get(store.acquire(before));
        String casBefore = server.command("gets " + KEY).get(0);
        server.kill();
        awaitState(store, State.DOWN);
        server.restart();
        awaitState(store, State.UP);
        assertThat(get(store.acquire(after))).isTrue();
        String casAfter = server.command("gets " + KEY).get(0);
        assertThat(casAfter.replace(" 5 ", " 6 ")).as("CAS ids collide").isEqualTo(casBefore);

        assertThat(get(store.release(before))).isFalse();
        assertThat(server.command("get " + KEY)).contains("after");
    }
}
