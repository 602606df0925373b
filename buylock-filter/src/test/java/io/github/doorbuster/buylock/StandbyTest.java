package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Purchases that are brought to a thread before their item is free. */
class StandbyTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final FakeClock clock = new FakeClock();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Buyer> granted = new ArrayList<>();

    private BuyLock lock(BuyLockConfig.Builder config) {
        BuyLock lock =
                new BuyLock(config.build(), new ScriptedStore(), clock.scheduler(), Runnable::run, null, Turn::new);
        for (int i = 0; i < 10; i++) {
            Thread seen = new Thread(() -> {});
            threads.add(seen);
            lock.standby().sawThread(seen);
        }
        clock.advanceMillis(1_000);
        return lock;
    }

    private final class Buyer implements GrantListener {

        private final PendingGrant pending;
        private int summoned;
        private @Nullable Grant grant;

        Buyer(BuyLock lock) {
            pending = lock.request("42", true, this);
        }

        @Override
        public boolean standBy() {
            summoned++;
            return true;
        }

        @Override
        public void granted(Grant given) {
            grant = given;
            granted.add(this);
        }

        @Override
        public void rejected(RejectedException.Reason reason) {
            throw new AssertionError(reason);
        }
    }

    private List<Buyer> buyers(BuyLock lock, int count) {
        List<Buyer> buyers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            buyers.add(new Buyer(lock));
        }
        return buyers;
    }

    private static List<Integer> summoned(List<Buyer> buyers) {
        return buyers.stream().map(buyer -> buyer.summoned).toList();
    }

    @Test
    void onAnIdleContainerTheNextPurchaseStandsBy() {
        BuyLock lock = lock(BuyLockConfig.builder());
        List<Buyer> buyers = buyers(lock, 4);

        assertThat(summoned(buyers)).containsExactly(0, 1, 0, 0);
        buyers.get(0).grant.close();
        assertThat(granted).containsExactly(buyers.get(0), buyers.get(1));
        assertThat(summoned(buyers)).containsExactly(0, 1, 1, 0);
    }

    @Test
    void theLongerRequestsWaitForAThreadTheMorePurchasesStandBy() {
        BuyLock lock = lock(BuyLockConfig.builder().standbyThreads(6));
        lock.standby().arrived(8 * MILLI); // four purchases of 2 ms
        assertThat(summoned(buyers(lock, 8))).containsExactly(0, 1, 1, 1, 1, 0, 0, 0);

        lock.standby().arrived(200 * MILLI);
        granted.get(0).grant.close();
        assertThat(lock.snapshot().standby().summoned()).isEqualTo(6);
    }

    @Test
    void aRequestThatStillWaitsForAThreadShowsThatTheContainerIsBusy() {
        BuyLock lock = lock(BuyLockConfig.builder());
        List<Buyer> buyers = buyers(lock, 8);
        lock.standby().dispatched();
        clock.advanceMillis(6);
        new Buyer(lock);

        assertThat(summoned(buyers)).containsExactly(0, 1, 1, 1, 0, 0, 0, 0);
    }

    @Test
    void atMostStandbyThreadsPurchasesStandBy() {
        BuyLock lock = lock(BuyLockConfig.builder().standbyThreads(3));
        lock.standby().arrived(200 * MILLI);
        List<Buyer> buyers = buyers(lock, 9);
        assertThat(summoned(buyers)).containsExactly(0, 1, 1, 1, 0, 0, 0, 0, 0);

        buyers.get(2).pending.cancel();
        new Buyer(lock);
        assertThat(summoned(buyers)).containsExactly(0, 1, 1, 1, 1, 0, 0, 0, 0);
    }

    @Test
    void withoutStandbyThreadsNobodyStandsBy() {
        BuyLock lock = lock(BuyLockConfig.builder().standbyThreads(0));
        lock.standby().arrived(200 * MILLI);

        assertThat(summoned(buyers(lock, 3))).containsExactly(0, 0, 0);
    }

    @Test
    void aPurchaseWithAThreadGoesFirst() {
        BuyLock lock = lock(BuyLockConfig.builder());
        lock.standby().arrived(200 * MILLI);
        List<Buyer> buyers = buyers(lock, 4);
        buyers.get(2).pending.setStanding(true);

        buyers.get(0).grant.close();
        assertThat(granted).last().isEqualTo(buyers.get(2));
        buyers.get(2).grant.close();
        assertThat(granted).last().isEqualTo(buyers.get(1));
    }

    @Test
    void aPurchaseThatWasSuspendedAgainIsSummonedAgain() {
        BuyLock lock = lock(BuyLockConfig.builder());
        List<Buyer> buyers = buyers(lock, 3);
        buyers.get(1).pending.setStanding(true);
        buyers.get(1).pending.setStanding(false);
        assertThat(summoned(buyers)).containsExactly(0, 1, 0);

        new Buyer(lock);
        assertThat(summoned(buyers)).containsExactly(0, 2, 0);
    }

    @Test
    void purchasesThatTakeLongAreNotAwaitedOnAThread() {
        BuyLock lock = lock(BuyLockConfig.builder().standbyMillis(50));
        List<Buyer> buyers = buyers(lock, 3);
        clock.advanceMillis(500);
        buyers.get(0).grant.close();

        assertThat(summoned(buyers)).containsExactly(0, 1, 0);
    }

    @Test
    void threadsStandByForATenthOfTheirTimeAtMost() {
        BuyLock lock = lock(BuyLockConfig.builder());
        Standby standby = lock.standby();
        long stood = 0;
        for (int millis = 0; millis < 10_000; millis++) {
            for (int thread = 0; thread < 4; thread++) {
                long may = standby.begin();
                long stands = Math.min(may, MILLI);
                stood += stands;
                standby.end(stands, may > 0);
            }
            clock.advanceMillis(1);
        }
        long threadTime = 10 * 10_250 * MILLI;

        assertThat((double) stood / threadTime).isBetween(0.09, 0.1);
        assertThat(lock.snapshot().standby().share()).isBetween(0.08, 0.1);
        assertThat(lock.snapshot().standby().standingTime()).isEqualTo(stood / 1e9);
        assertThat(lock.snapshot().standby().steppedBack()).isPositive();
        standby.end(MILLI, true);
        assertThat(summoned(buyers(lock, 3))).containsExactly(0, 0, 0);
    }

    @Test
    void theDelayBetweenGrantAndPurchaseIsMeasuredAndIsNoHoldTime() {
        BuyLock lock = lock(BuyLockConfig.builder());
        List<Buyer> buyers = buyers(lock, 2);
        clock.advanceMillis(300);
        buyers.get(0).grant.begin();
        clock.advanceMillis(2);
        buyers.get(0).grant.close();
        buyers.get(1).grant.begin();

        assertThat(lock.snapshot().dispatchTime().count()).isEqualTo(2);
        assertThat(lock.snapshot().dispatchTime().max()).isBetween(0.299, 0.303);
        assertThat(lock.snapshot().holdTime().max()).isBetween(0.3, 0.305);
    }
}
