package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BuyLockTest {

    private static final String KEY = "buy/42";

    private final VirtualTime time = new VirtualTime();
    private final ScriptedStore store = new ScriptedStore();

    private BuyLock lock(BuyLockConfig.Builder config) {
        return new BuyLock(config.build(), store, time::nanos, time);
    }

    private BuyLock lock() {
        return lock(BuyLockConfig.builder());
    }

    private static BuyLockConfig.Builder config() {
        return BuyLockConfig.builder();
    }

    private static Rejection rejection(CompletableFuture<Grant> purchase) {
        assertThat(purchase).isCompletedExceptionally();
        return purchase.handle((grant, why) -> ((RejectedException) why).reason())
                .join();
    }

    @Test
    void aPurchaseAloneTakesAndFreesTheKey() {
        Grant grant = lock().acquire("42").join();

        assertThat(store.owners).containsOnlyKeys(KEY);
        assertThat(grant.leaseHolds()).isTrue();
        assertThat(grant.scope()).isEqualTo(Grant.Scope.CLUSTER);
        grant.close();
        assertThat(store.owners).isEmpty();
        assertThat(grant.leaseHolds()).isFalse();
    }

    @Test
    void theNextInLineGetsTheItemInMemory() {
        BuyLock lock = lock();
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        assertThat(second).isNotDone();

        first.close();

        assertThat(second).isCompleted();
        assertThat(store.asked).containsExactly("acquire");
        second.join().close();
        assertThat(store.asked).containsExactly("acquire", "release");
        assertThat(lock.snapshot().handedOver()).isEqualTo(1);
        assertThat(lock.snapshot().items()).isZero();
    }

    @Test
    void theLineIsFirstInFirstOut() {
        BuyLock lock = lock();
        Grant first = lock.acquire("42").join();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            lock.acquire("42").thenAccept(grant -> {
                order.add(number);
                grant.close();
            });
        }

        first.close();

        assertThat(order).hasSize(100).isSorted();
        assertThat(store.owners).isEmpty();
    }

    @Test
    void closingTwiceDoesNotEndTheNextPurchase() {
        BuyLock lock = lock();
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        CompletableFuture<Grant> third = lock.acquire("42");

        first.close();
        first.close();

        assertThat(second).isCompleted();
        assertThat(third).isNotDone();
    }

    @Test
    void itemsDoNotWaitForOneAnother() {
        BuyLock lock = lock();
        lock.acquire("42").join();

        assertThat(lock.acquire("43")).isCompleted();
    }

    @Test
    void whoeverWaitsTooLongIsRejectedAndTheOthersKeepTheirPlace() {
        BuyLock lock = lock(config().waitMillis(100));
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        time.passMillis(50);
        CompletableFuture<Grant> third = lock.acquire("42");
        time.passMillis(50);

        assertThat(rejection(second)).isEqualTo(Rejection.LOCKED);
        assertThat(third).isNotDone();
        first.close();
        assertThat(third).isCompleted();
    }

    @Test
    void withoutWaitingATakenItemIsRejectedAtOnce() {
        BuyLock lock = lock(config().waitMillis(0));
        lock.acquire("42").join();

        assertThat(rejection(lock.acquire("42"))).isEqualTo(Rejection.LOCKED);
        store.takenByAnother("buy/43");
        assertThat(rejection(lock.acquire("43"))).isEqualTo(Rejection.LOCKED);
        assertThat(lock.acquire("44")).isCompleted();
    }

    @Test
    void tryAcquireDoesNotWaitAndDoesNotDisturbThoseWhoDo() {
        BuyLock lock = lock();
        store.takenByAnother(KEY);

        assertThat(rejection(lock.tryAcquire("42"))).isEqualTo(Rejection.LOCKED);
        CompletableFuture<Grant> waiting = lock.acquire("42");
        assertThat(rejection(lock.tryAcquire("42"))).isEqualTo(Rejection.LOCKED);
        store.freedByAnother(KEY);
        time.passMillis(10);
        assertThat(waiting).isCompleted();
    }

    @Test
    void whoeverTriesOnceIsAnsweredByTheStoreHoweverManyHaveComeToWaitMeanwhile() {
        BuyLock lock = lock(config().waitMillis(100));
        store.holdsBack = true;
        CompletableFuture<Grant> once = lock.tryAcquire("42");
        CompletableFuture<Grant> waiting = lock.acquire("42");
        time.passMillis(99);
        assertThat(once).isNotDone();
        assertThat(waiting).isNotDone();

        time.passMillis(1);
        assertThat(rejection(waiting)).isEqualTo(Rejection.LOCKED);
        store.answer();
        assertThat(once).isCompleted();
        assertThat(lock.snapshot().waiting()).isZero();
    }

    @Test
    void anItemThatAnotherNodeHasIsAskedForAgainAtThePollingPace() {
        BuyLock lock = lock(config().pollMillis(10));
        store.takenByAnother(KEY);
        CompletableFuture<Grant> purchase = lock.acquire("42");
        time.passMillis(35);
        assertThat(store.count("acquire")).isEqualTo(4);
        assertThat(store.count("announce")).isEqualTo(1);

        store.freedByAnother(KEY);
        time.passMillis(5);

        assertThat(purchase).isCompleted();
    }

    @Test
    void onlyTheFirstInLinePolls() {
        BuyLock lock = lock(config().pollMillis(10));
        store.takenByAnother(KEY);
        for (int i = 0; i < 100; i++) {
            lock.acquire("42");
        }
        time.passMillis(95);

        assertThat(store.count("acquire")).isEqualTo(10);
    }

    @Test
    void afterItsTurnANodePausesSoThatOthersGetTheirs() {
        store.othersWait = true;
        BuyLock lock = lock(config().handOvers(2).pollMillis(10));
        List<CompletableFuture<Grant>> purchases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            purchases.add(lock.acquire("42"));
        }
        for (int i = 0; i < 3; i++) {
            purchases.get(i).join().close();
        }

        assertThat(store.owners).isEmpty();
        time.passMillis(14);
        assertThat(purchases.get(3)).isNotDone();
        time.passMillis(1);
        assertThat(purchases.get(3)).isCompleted();
    }

    @Test
    void aNodeThatNobodyElseWaitsForGoesOnWithoutAPause() {
        BuyLock lock = lock(config().handOvers(2));
        List<CompletableFuture<Grant>> purchases = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            purchases.add(lock.acquire("42"));
        }
        for (CompletableFuture<Grant> purchase : purchases) {
            purchase.join().close();
        }

        assertThat(store.asked).containsExactly("acquire", "announced", "announced", "release");
    }

    @Test
    void theLineIsBoundedPerItemAndInAll() {
        BuyLock lock = lock(config().maxWaiters(3).maxWaitersPerItem(2));
        lock.acquire("42").join();
        lock.acquire("42");
        lock.acquire("42");
        assertThat(rejection(lock.acquire("42"))).isEqualTo(Rejection.ITEM_QUEUE_FULL);

        lock.acquire("43").join();
        lock.acquire("43");
        assertThat(rejection(lock.acquire("43"))).isEqualTo(Rejection.TOO_MANY_WAITERS);
        assertThat(lock.snapshot().waiting()).isEqualTo(3);
        assertThat(lock.snapshot().rejected())
                .containsEntry(Rejection.ITEM_QUEUE_FULL, 1L)
                .containsEntry(Rejection.TOO_MANY_WAITERS, 1L);
    }

    @Test
    void whoeverCancelsLeavesTheLine() {
        BuyLock lock = lock();
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        CompletableFuture<Grant> third = lock.acquire("42");

        second.cancel(false);
        assertThat(lock.snapshot().waiting()).isEqualTo(1);
        first.close();

        assertThat(third).isCompleted();
    }

    @Test
    void aGrantThatComesAfterItsPurchaseWasCancelledGoesBack() {
        store.holdsBack = true;
        BuyLock lock = lock();
        CompletableFuture<Grant> purchase = lock.acquire("42");
        purchase.cancel(false);
        store.answer();
        store.answer();

        assertThat(store.owners).isEmpty();
        assertThat(lock.snapshot().items()).isZero();
    }

    @Test
    void aLeaseIsRenewedAfterAThirdOfItsTime() {
        BuyLock lock = lock(config().leaseSeconds(30));
        Grant grant = lock.acquire("42").join();
        time.passMillis(9_999);
        assertThat(store.count("renew")).isZero();

        time.passMillis(110_000);

        assertThat(store.count("renew")).isBetween(9L, 12L);
        assertThat(grant.leaseHolds()).isTrue();
    }

    @Test
    void aStolenLeaseIsNoticedCountedAndLeftToItsThief() {
        BuyLock lock = lock(config().leaseSeconds(30));
        Grant grant = lock.acquire("42").join();
        store.takenByAnother(KEY);
        time.passMillis(12_500);

        assertThat(grant.leaseHolds()).isFalse();
        assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
        grant.close();
        assertThat(store.owners).containsEntry(KEY, "another");
        assertThat(store.count("release")).isZero();
    }

    @Test
    void aLostLeaseIsNotHandedOn() {
        BuyLock lock = lock(config().leaseSeconds(30).waitMillis(60_000));
        Grant grant = lock.acquire("42").join();
        CompletableFuture<Grant> next = lock.acquire("42");
        store.takenByAnother(KEY);
        time.passMillis(12_500);
        grant.close();
        assertThat(next).isNotDone();

        store.freedByAnother(KEY);
        time.passMillis(10);
        assertThat(next.join().leaseHolds()).isTrue();
    }

    @Test
    void aLeaseThatCannotBeRenewedIsHeldForLostBeforeItsTimeIsOut() {
        BuyLock lock = lock(config().leaseSeconds(30));
        Grant grant = lock.acquire("42").join();
        store.down = true;
        time.passMillis(28_900);
        assertThat(grant.leaseHolds()).isTrue();

        time.passMillis(100);
        assertThat(grant.leaseHolds()).isFalse();
        time.passMillis(2_500);
        assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
    }

    @Test
    void localGoesOnWithTheNodesOwnLine() {
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
    void localTakesUpTheStoreAgainAtTheEndOfItsTurn() {
        store.down = true;
        BuyLock lock = lock(config().handOvers(1));
        List<CompletableFuture<Grant>> purchases = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            purchases.add(lock.acquire("42"));
        }
        store.down = false;
        purchases.get(0).join().close();
        assertThat(purchases.get(1).join().scope()).isEqualTo(Grant.Scope.NODE);
        purchases.get(1).join().close();

        assertThat(purchases.get(2).join().scope()).isEqualTo(Grant.Scope.CLUSTER);
    }

    @Test
    void rejectTurnsEverybodyAway() {
        store.holdsBack = true;
        BuyLock lock = lock(config().whenStoreFails(StoreFailurePolicy.REJECT));
        CompletableFuture<Grant> first = lock.acquire("42");
        CompletableFuture<Grant> second = lock.acquire("42");
        store.down = true;
        store.answer();

        assertThat(rejection(first)).isEqualTo(Rejection.STORE_DOWN);
        assertThat(rejection(second)).isEqualTo(Rejection.STORE_DOWN);
        assertThat(lock.snapshot().waiting()).isZero();
    }

    @Test
    void allowLetsEverybodyThrough() {
        store.holdsBack = true;
        BuyLock lock = lock(config().whenStoreFails(StoreFailurePolicy.ALLOW));
        CompletableFuture<Grant> first = lock.acquire("42");
        CompletableFuture<Grant> second = lock.acquire("42");
        store.down = true;
        store.answer();

        assertThat(first.join().scope()).isEqualTo(Grant.Scope.NOBODY);
        assertThat(second.join().scope()).isEqualTo(Grant.Scope.NOBODY);
        first.join().close();
        assertThat(lock.snapshot().withoutLease()).isEqualTo(2);
        assertThat(lock.snapshot().holding()).isEqualTo(1);
    }

    @Test
    void closingRejectsWhoeverWaitsAndReleasesWhatIsHeld() {
        BuyLock lock = lock();
        Grant held = lock.acquire("42").join();
        CompletableFuture<Grant> waiting = lock.acquire("42");
        waiting.whenComplete((grant, why) -> held.close());

        lock.close();

        assertThat(rejection(waiting)).isEqualTo(Rejection.CLOSED);
        assertThat(rejection(lock.acquire("42"))).isEqualTo(Rejection.CLOSED);
        assertThat(store.owners).isEmpty();
    }

    @Test
    void closingReleasesTheLeaseOfAPurchaseThatDoesNotEnd() {
        BuyLock lock = lock();
        Grant held = lock.acquire("42").join();

        lock.close();

        assertThat(store.owners).isEmpty();
        assertThat(held.leaseHolds()).isFalse();
        held.close();
    }

    @Test
    void aPurchaseThatEndsInItsOwnCallbackNeedsNoStack() {
        BuyLock lock = lock(config().maxWaiters(100_000).maxWaitersPerItem(100_000));
        Grant first = lock.acquire("42").join();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            all.add(lock.acquire("42").thenAccept(Grant::close));
        }
        first.close();

        assertThat(all).allMatch(CompletableFuture::isDone);
        assertThat(lock.snapshot().granted()).isEqualTo(50_001);
    }
}
