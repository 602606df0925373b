package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The lease of a purchase: renewed, lost, released. */
class BuyLockLeaseTest extends ScriptedLock {

    @Test
    void aPurchaseThatNeverEndsLosesItsLease() {
        BuyLock lock = lock(config().maxHoldSeconds(20).waitMillis(60_000));
        Grant forgotten = lock.acquire("42").join();
        CompletableFuture<Grant> next = lock.acquire("42");
        clock.advanceMillis(19_000);
        assertThat(forgotten.leaseHolds()).isTrue();

        clock.advanceMillis(1_600);

        assertThat(forgotten.leaseHolds()).isFalse();
        assertThat(next).isCompleted();
        assertThat(lock.snapshot().heldTooLong()).isEqualTo(1);
        forgotten.close();
        assertThat(next.join().leaseHolds()).isTrue();
    }

    @Test
    void aLostLeaseIsReportedWithinASecond() {
        List<String> reported = new ArrayList<>();
        BuyLock lock = lock(config().leaseSeconds(30));
        Grant grant = lock.acquire("42").join();
        grant.onLeaseLost(() -> reported.add("before"));
        store.down = true;
        clock.advanceMillis(28_900);
        assertThat(reported).isEmpty();

        clock.advanceMillis(1_000);
        grant.onLeaseLost(() -> reported.add("after"));
        grant.close();
        grant.onLeaseLost(() -> reported.add("closed"));

        assertThat(reported).containsExactly("before", "after");
    }

    @Test
    void aLeaseIsNotReportedLostAfterItsGrantIsClosed() {
        List<String> reported = new ArrayList<>();
        Grant grant = lock().acquire("42").join();
        grant.onLeaseLost(() -> reported.add("lost"));
        grant.close();
        clock.advanceMillis(60_000);

        assertThat(reported).isEmpty();
    }

    @Test
    void theLeaseOfACancelledPurchaseIsReleased() {
        store.delaysReplies = true;
        BuyLock lock = lock();
        CompletableFuture<Grant> purchase = lock.acquire("42");
        purchase.cancel(false);
        store.reply();
        store.reply();

        assertThat(store.owners).isEmpty();
        assertThat(lock.snapshot().items()).isZero();
    }

    @Test
    void aLeaseIsRenewedAfterAThirdOfItsDuration() {
        BuyLock lock = lock(config().leaseSeconds(30).maxHoldSeconds(600));
        Grant grant = lock.acquire("42").join();
        clock.advanceMillis(9_999);
        assertThat(store.count("renew")).isZero();

        clock.advanceMillis(110_000);

        assertThat(store.count("renew")).isBetween(9L, 12L);
        assertThat(grant.leaseHolds()).isTrue();
    }

    @Test
    void aLostLeaseIsCountedAndNotReleased() {
        BuyLock lock = lock(config().leaseSeconds(30));
        Grant grant = lock.acquire("42").join();
        store.takenByAnotherNode(KEY);
        clock.advanceMillis(12_500);

        assertThat(grant.leaseHolds()).isFalse();
        assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
        grant.close();
        assertThat(store.owners).containsEntry(KEY, "another");
        assertThat(store.count("release")).isZero();
    }

    @Test
    void aLostLeaseIsNotHandedOver() {
        BuyLock lock = lock(config().leaseSeconds(30).waitMillis(60_000));
        Grant grant = lock.acquire("42").join();
        CompletableFuture<Grant> next = lock.acquire("42");
        store.takenByAnotherNode(KEY);
        clock.advanceMillis(12_500);
        grant.close();
        assertThat(next).isNotDone();

        store.freedByAnotherNode(KEY);
        clock.advanceMillis(10);
        assertThat(next.join().leaseHolds()).isTrue();
    }

    @Test
    void aLeaseThatCannotBeRenewedIsLostASecondEarly() {
        BuyLock lock = lock(config().leaseSeconds(30));
        Grant grant = lock.acquire("42").join();
        store.down = true;
        clock.advanceMillis(28_900);
        assertThat(grant.leaseHolds()).isTrue();

        clock.advanceMillis(100);
        assertThat(grant.leaseHolds()).isFalse();
        clock.advanceMillis(2_500);
        assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
    }
}
