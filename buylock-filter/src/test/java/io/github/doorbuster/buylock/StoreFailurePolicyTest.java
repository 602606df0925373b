package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What each policy does while the store fails. */
class StoreFailurePolicyTest extends ScriptedLock {

    @Test
    void localContinuesWithTheQueueOfTheNode() {
        store.down = true;
        BuyLock lock = lock(config().whenStoreFails(StoreFailurePolicy.LOCAL));
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");

        assertThat(first.scope()).isEqualTo(Grant.Scope.NODE);
        assertThat(first.leaseHolds()).isFalse();
        assertThat(second).isNotDone();
        first.close();
        assertThat(second).isCompleted();
    }

    @Test
    void localTriesTheStoreAgainAfterItsTurn() {
        store.down = true;
        List<CompletableFuture<Grant>> purchases = acquire(3, lock(config().handOvers(1)));
        store.down = false;
        purchases.get(0).join().close();
        assertThat(purchases.get(1).join().scope()).isEqualTo(Grant.Scope.NODE);
        purchases.get(1).join().close();

        assertThat(purchases.get(2).join().scope()).isEqualTo(Grant.Scope.CLUSTER);
    }

    @Test
    void rejectRejectsAllWaiters() {
        store.delaysReplies = true;
        BuyLock lock = lock(config().whenStoreFails(StoreFailurePolicy.REJECT));
        List<CompletableFuture<Grant>> purchases = acquire(2, lock);
        store.down = true;
        store.reply();

        assertThat(purchases).extracting(BuyLockTest::rejection).containsOnly(RejectedException.Reason.STORE_DOWN);
        assertThat(lock.snapshot().waiting()).isZero();
    }

    @Test
    void allowGrantsAllWaiters() {
        store.delaysReplies = true;
        BuyLock lock = lock(config().whenStoreFails(StoreFailurePolicy.ALLOW));
        List<CompletableFuture<Grant>> purchases = acquire(2, lock);
        store.down = true;
        store.reply();

        assertThat(purchases)
                .extracting(purchase -> purchase.join().scope())
                .containsExactly(Grant.Scope.NONE, Grant.Scope.NONE);
        purchases.get(0).join().close();
        assertThat(lock.snapshot().withoutLease()).isEqualTo(2);
        assertThat(lock.snapshot().holding()).isEqualTo(1);
    }
}
