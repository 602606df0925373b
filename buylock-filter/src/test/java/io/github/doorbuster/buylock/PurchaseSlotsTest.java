package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A bound on purchases over all items. */
class PurchaseSlotsTest {

    private static final int PURCHASE_MILLIS = 20;

    private final FakeClock clock = new FakeClock();
    private final Scheduler scheduler = clock.scheduler();

    private BuyLock lock(int maxPurchases) {
        return new BuyLock(
                BuyLockConfig.builder()
                        .maxPurchases(maxPurchases)
                        .waitMillis(5_000)
                        .build(),
                new ScriptedStore(),
                scheduler,
                Runnable::run,
                null,
                Turn::new);
    }

    @Test
    void aPurchaseBeyondTheBoundBeginsWhenAnotherEnds() {
        BuyLock lock = lock(2);
        Grant one = lock.acquire("1").join();
        Grant two = lock.acquire("2").join();
        CompletableFuture<Grant> three = lock.acquire("3");
        CompletableFuture<Grant> four = lock.acquire("4");

        assertThat(three).isNotDone();
        two.close();
        assertThat(three).isCompleted();
        assertThat(four).isNotDone();
        one.close();
        assertThat(four).isCompleted();
    }

    @Test
    void aPurchaseThatWaitsTooLongForASlotIsRejectedAndItsItemIsFree() {
        BuyLock lock = lock(1);
        Grant one = lock.acquire("1").join();
        CompletableFuture<Grant> two = lock.acquire("2");
        clock.advanceMillis(5_250);

        assertThat(two).isCompletedExceptionally();
        one.close();
        assertThat(lock.acquire("2")).isCompleted();
        assertThat(lock.snapshot().abandoned()).isEqualTo(1);
    }

    @Test
    void closeRejectsThePurchasesThatWaitForASlot() {
        BuyLock lock = lock(1);
        lock.acquire("1").join();
        CompletableFuture<Grant> two = lock.acquire("2");

        lock.close(0, 0);

        assertThat(two).isCompletedExceptionally();
    }

    /** 200 items with long lines, and buyers of items that nobody else wants. */
    @Test
    void hotItemsTakeTurnsWithColdOnes() {
        BuyLock lock = lock(20);
        Load load = new Load(lock);
        for (int item = 0; item < 200; item++) {
            for (int buyer = 0; buyer < 100; buyer++) {
                load.buy("hot-" + item);
            }
        }
        List<Long> coldWaits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clock.advanceMillis(17);
            load.cold("cold-" + i, coldWaits);
        }
        clock.advanceMillis(2_000);

        coldWaits.sort(null);
        System.out.printf(
                "200 hot items, limit 20: at most %d purchases at once; a cold item's buyer waits p50 %d ms, p99 %d ms%n",
                load.most, coldWaits.get(50), coldWaits.get(98));
        assertThat(load.most).isEqualTo(20);
        assertThat(coldWaits).hasSize(100);
        assertThat(coldWaits.get(98)).isLessThanOrEqualTo(20 * PURCHASE_MILLIS);
    }

    /** Purchases of 20 ms. */
    private final class Load {

        private final BuyLock lock;
        private int inProgress;
        private int most;

        Load(BuyLock lock) {
            this.lock = lock;
        }

        void buy(String itemId) {
            lock.acquire(itemId).thenAccept(this::purchase);
        }

        void cold(String itemId, List<Long> waits) {
            long began = scheduler.now();
            lock.acquire(itemId).thenAccept(grant -> {
                waits.add(TimeUnit.NANOSECONDS.toMillis(scheduler.now() - began));
                purchase(grant);
            });
        }

        private void purchase(Grant grant) {
            inProgress++;
            most = Math.max(most, inProgress);
            scheduler.start(TimeUnit.MILLISECONDS.toNanos(PURCHASE_MILLIS), () -> {
                inProgress--;
                grant.close();
            });
        }
    }
}
