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

class BuyLockTest extends ScriptedLock {

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
