package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BuyLockTest {

    private static final String KEY = "buy/42";

    private final FakeClock clock = new FakeClock();
    private final ScriptedStore store = new ScriptedStore();

    private BuyLock lock(BuyLockConfig.Builder config) {
        return new BuyLock(config.build(), store, clock.scheduler(), Runnable::run, null, Turn::new);
    }

    private BuyLock lock() {
        return lock(config());
    }

    private static BuyLockConfig.Builder config() {
        return BuyLockConfig.builder();
    }

    private static List<CompletableFuture<Grant>> acquire(int times, BuyLock lock) {
        return Stream.generate(() -> lock.acquire("42")).limit(times).toList();
    }

    private static RejectedException.Reason rejection(CompletableFuture<Grant> purchase) {
        assertThat(purchase).isCompletedExceptionally();
        return purchase.handle((grant, failure) -> ((RejectedException) failure).reason())
                .join();
    }

    @Test
    void aSinglePurchaseLocksAndUnlocksItsKey() {
        Grant grant = lock().acquire("42").join();

        assertThat(store.owners).containsOnlyKeys(KEY);
        assertThat(grant.leaseHolds()).isTrue();
        assertThat(grant.scope()).isEqualTo(Grant.Scope.CLUSTER);
        grant.close();
        assertThat(store.owners).isEmpty();
        assertThat(grant.leaseHolds()).isFalse();
    }

    @Test
    void theLeaseIsHandedOverInMemory() {
        BuyLock lock = lock();
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        assertThat(second).isNotDone();

        first.close();

        assertThat(second).isCompleted();
        assertThat(store.calls).as("no other node waits").containsExactly("acquire", "read");
        second.join().close();
        assertThat(store.calls).containsExactly("acquire", "read", "release");
        assertThat(lock.snapshot().handedOver()).isEqualTo(1);
        assertThat(lock.snapshot().items()).isZero();
    }

    @Test
    void waitersAreServedInOrder() {
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
    void closingAGrantTwiceDoesNotEndTheNextPurchase() {
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
    void purchasesOfDifferentItemsDoNotWait() {
        BuyLock lock = lock();
        lock.acquire("42").join();

        assertThat(lock.acquire("43")).isCompleted();
    }

    @Test
    void anExpiredWaiterIsRejectedAndTheOthersKeepTheirPlace() {
        BuyLock lock = lock(config().waitMillis(100));
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        clock.advanceMillis(50);
        CompletableFuture<Grant> third = lock.acquire("42");
        clock.advanceMillis(50);

        assertThat(rejection(second)).isEqualTo(RejectedException.Reason.LOCKED);
        assertThat(third).isNotDone();
        first.close();
        assertThat(third).isCompleted();
    }

    @Test
    void withWaitMillis0ATakenItemIsRejectedAtOnce() {
        BuyLock lock = lock(config().waitMillis(0));
        lock.acquire("42").join();

        assertThat(rejection(lock.acquire("42"))).isEqualTo(RejectedException.Reason.LOCKED);
        store.takenByAnotherNode("buy/43");
        assertThat(rejection(lock.acquire("43"))).isEqualTo(RejectedException.Reason.LOCKED);
        assertThat(lock.acquire("44")).isCompleted();
    }

    @Test
    void tryAcquireNeitherWaitsNorDisturbsWaiters() {
        BuyLock lock = lock();
        store.takenByAnotherNode(KEY);

        assertThat(rejection(lock.tryAcquire("42"))).isEqualTo(RejectedException.Reason.LOCKED);
        CompletableFuture<Grant> waiting = lock.acquire("42");
        assertThat(rejection(lock.tryAcquire("42"))).isEqualTo(RejectedException.Reason.LOCKED);
        store.freedByAnotherNode(KEY);
        clock.advanceMillis(10);
        assertThat(waiting).isCompleted();
    }

    @Test
    void tryAcquireIsDecidedByTheStoreEvenIfOthersWait() {
        BuyLock lock = lock(config().waitMillis(100));
        store.delaysReplies = true;
        CompletableFuture<Grant> once = lock.tryAcquire("42");
        CompletableFuture<Grant> waiting = lock.acquire("42");
        clock.advanceMillis(99);
        assertThat(once).isNotDone();
        assertThat(waiting).isNotDone();

        clock.advanceMillis(1);
        assertThat(rejection(waiting)).isEqualTo(RejectedException.Reason.LOCKED);
        store.reply();
        assertThat(once).isCompleted();
        assertThat(lock.snapshot().waiting()).isZero();
    }

    @Test
    void anItemOfAnotherNodeIsPolled() {
        BuyLock lock = lock(config().pollMillis(10));
        store.takenByAnotherNode(KEY);
        CompletableFuture<Grant> purchase = lock.acquire("42");
        clock.advanceMillis(35);
        assertThat(store.count("acquire")).isEqualTo(1);
        assertThat(store.count("read")).isEqualTo(4);

        store.freedByAnotherNode(KEY);
        clock.advanceMillis(5);

        assertThat(purchase).isCompleted();
    }

    @Test
    void aNodePollsOnceForAllItsWaiters() {
        BuyLock lock = lock(config().pollMillis(10));
        store.takenByAnotherNode(KEY);
        acquire(100, lock);
        clock.advanceMillis(95);

        assertThat(store.count("read")).isEqualTo(10);
    }

    @Test
    void aNodeOffersTheLeaseToTheNextOneAfterItsTurn() {
        store.anotherNodeWaits = true;
        List<CompletableFuture<Grant>> purchases = acquire(4, lock(config().turnMillis(10)));
        purchases.get(0).join().close();
        assertThat(store.count("takeTicket"))
                .as("another node was found to wait")
                .isEqualTo(1);
        clock.advanceMillis(10);
        purchases.get(1).join().close();

        assertThat(store.count("handOver")).isEqualTo(1);
        assertThat(store.owners.get(KEY)).endsWith("#1");
        assertThat(purchases.get(2)).isNotDone();
    }

    @Test
    void aNodeGoesOnIfNoOtherNodeWaits() {
        List<CompletableFuture<Grant>> purchases = acquire(7, lock(config().handOvers(2)));
        purchases.forEach(purchase -> purchase.join().close());

        assertThat(purchases).allMatch(CompletableFuture::isDone);
        assertThat(store.count("acquire")).isEqualTo(1);
        assertThat(store.count("handOver")).isZero();
        assertThat(store.owners).isEmpty();
    }

    @Test
    void aLongPurchaseEndsTheTurnOfItsNode() {
        store.anotherNodeWaits = true;
        List<CompletableFuture<Grant>> purchases = acquire(4, lock());
        purchases.get(0).join().close();
        clock.advanceMillis(500);
        purchases.get(1).join().close();

        assertThat(store.count("handOver")).isEqualTo(1);
        assertThat(purchases.get(2)).isNotDone();
    }

    @Test
    void aLeaseThatIsGoneIsNoticedWithinATurn() {
        List<CompletableFuture<Grant>> purchases = acquire(9, lock());
        purchases.get(0).join().close();
        store.freedByAnotherNode(KEY);
        for (int i = 1; i < 7; i++) {
            clock.advanceMillis(30);
            purchases.get(i).join().close();
        }

        assertThat(store.count("acquire")).isEqualTo(2);
    }

    @Test
    void permitsLetThatManyPurchasesRunAtOnce() {
        List<CompletableFuture<Grant>> purchases = acquire(5, lock(config().permits(2)));
        assertThat(purchases).filteredOn(CompletableFuture::isDone).hasSize(2);

        purchases.get(0).join().close();
        assertThat(purchases).filteredOn(CompletableFuture::isDone).hasSize(3);
        purchases.get(1).join().close();
        purchases.get(2).join().close();
        assertThat(store.owners).as("the lease is released after the last one").isNotEmpty();
        purchases.get(3).join().close();
        purchases.get(4).join().close();
        assertThat(store.owners).isEmpty();
    }

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
    void aListenerThatThrowsDoesNotKeepItsItem() {
        BuyLock lock = lock();
        lock.request("42", true, new GrantListener() {
            @Override
            public void granted(Grant grant) {
                throw new StackOverflowError("a callback goes too deep");
            }

            @Override
            public void rejected(RejectedException.Reason reason) {}
        });

        assertThat(lock.acquire("42")).isCompleted();
    }

    @Test
    void waitersAreLimitedPerItemAndInAll() {
        BuyLock lock = lock(config().maxWaiters(3).maxWaitersPerItem(2));
        lock.acquire("42").join();
        lock.acquire("42");
        lock.acquire("42");
        assertThat(rejection(lock.acquire("42"))).isEqualTo(RejectedException.Reason.ITEM_QUEUE_FULL);

        lock.acquire("43").join();
        lock.acquire("43");
        assertThat(rejection(lock.acquire("43"))).isEqualTo(RejectedException.Reason.TOO_MANY_WAITERS);
        assertThat(lock.snapshot().waiting()).isEqualTo(3);
        assertThat(lock.acquire("44")).as("a free item needs no waiter").isCompleted();
        assertThat(lock.snapshot().rejected())
                .containsEntry(RejectedException.Reason.ITEM_QUEUE_FULL, 1L)
                .containsEntry(RejectedException.Reason.TOO_MANY_WAITERS, 1L);
    }

    @Test
    void aCancelledWaiterLeavesTheQueue() {
        BuyLock lock = lock();
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        CompletableFuture<Grant> third = lock.acquire("42");

        second.cancel(false);
        assertThat(lock.snapshot().waiting()).isEqualTo(1);
        first.close();

        assertThat(third).isCompleted();
    }

    @ParameterizedTest
    @MethodSource
    void completingAFutureFromOutsideRemovesItsWaiterFromTheQueue(Consumer<CompletableFuture<Grant>> outside) {
        BuyLock lock = lock();
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        CompletableFuture<Grant> third = lock.acquire("42");

        outside.accept(second);
        assertThat(lock.snapshot().waiting()).isEqualTo(1);
        assertThat(lock.snapshot().cancelled()).isEqualTo(1);
        first.close();

        assertThat(third).isCompleted();
    }

    static Stream<Consumer<CompletableFuture<Grant>>> completingAFutureFromOutsideRemovesItsWaiterFromTheQueue() {
        return Stream.of(
                future -> future.cancel(false),
                future -> future.complete(null),
                future -> future.completeExceptionally(new IllegalStateException()),
                future -> assertThatThrownBy(
                                () -> future.orTimeout(1, TimeUnit.MILLISECONDS).join())
                        .hasCauseInstanceOf(TimeoutException.class));
    }

    @Test
    void everyRequestIsCountedOnce() {
        BuyLock lock = lock(config().waitMillis(100).maxWaitersPerItem(2));
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        CompletableFuture<Grant> third = lock.acquire("42");
        lock.acquire("42");
        lock.tryAcquire("42");
        second.cancel(false);
        clock.advanceMillis(100);
        first.close();
        lock.acquire("42").join().abandon();
        lock.close(0, 0);
        lock.acquire("42");

        assertThat(third).isCompletedExceptionally();
        BuyLockSnapshot counted = lock.snapshot();
        assertThat(counted.granted()).isEqualTo(2);
        assertThat(counted.cancelled()).isEqualTo(1);
        assertThat(counted.rejected().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(4);
        assertThat(counted.requests()).isEqualTo(7);
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

    @Test
    void closeRejectsWaitersAndAwaitsPurchases() {
        BuyLock lock = lock();
        Grant held = lock.acquire("42").join();
        CompletableFuture<Grant> waiting = lock.acquire("42");
        waiting.whenComplete((grant, failure) -> held.close());

        lock.close();

        assertThat(rejection(waiting)).isEqualTo(RejectedException.Reason.CLOSED);
        assertThat(rejection(lock.acquire("42"))).isEqualTo(RejectedException.Reason.CLOSED);
        assertThat(store.owners).isEmpty();
    }

    @Test
    void closeReleasesTheLeaseOfAPurchaseThatDoesNotEnd() {
        BuyLock lock = lock();
        Grant held = lock.acquire("42").join();

        lock.close(0, 0);

        assertThat(store.owners).isEmpty();
        assertThat(held.leaseHolds()).isFalse();
        held.close();
    }

    @Test
    void purchasesThatEndInTheirOwnCallbackDoNotRecurse() {
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
