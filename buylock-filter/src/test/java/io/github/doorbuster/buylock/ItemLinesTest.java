package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Estimates of the wait, and rejections at once of purchases that could not be served in time. */
class ItemLinesTest {

    private static final int WAIT_MILLIS = 5_000;
    private static final int PURCHASE_MILLIS = 20;

    private final FakeClock clock = new FakeClock();
    private final Scheduler scheduler = clock.scheduler();
    private final ScriptedStore store = new ScriptedStore();

    private BuyLock lock(BuyLockConfig.Builder config) {
        return new BuyLock(config.waitMillis(WAIT_MILLIS).build(), store, scheduler, Runnable::run, null, Turn::new);
    }

    /** Runs purchases of 20 ms, one after the other, with others waiting behind. */
    private List<CompletableFuture<Grant>> line(BuyLock lock, String itemId, int purchases, int waiting) {
        List<CompletableFuture<Grant>> line = new ArrayList<>();
        IntStream.range(0, purchases + waiting + 1).forEach(i -> line.add(lock.acquire(itemId)));
        for (int i = 0; i < purchases; i++) {
            clock.advanceMillis(PURCHASE_MILLIS);
            line.remove(0).join().close();
        }
        return line;
    }

    @Test
    void theEstimateIsTheLineTimesTheTimeOfAPurchase() {
        BuyLock lock = lock(BuyLockConfig.builder());
        assertThat(lock.estimate("1")).isEqualTo(new LineEstimate(0, null));

        line(lock, "1", 20, 9);

        assertThat(lock.estimate("1").ahead()).isEqualTo(9);
        assertThat(lock.estimate("1").waitTime())
                .isBetween(Duration.ofMillis(10 * PURCHASE_MILLIS - 1), Duration.ofMillis(10 * PURCHASE_MILLIS + 1));
        assertThat(lock.estimate("2")).isEqualTo(new LineEstimate(0, null));
    }

    @Test
    void theEstimateIsUnknownBeforeAFewPurchasesHaveEnded() {
        BuyLock lock = lock(BuyLockConfig.builder());
        line(lock, "1", 5, 9);

        assertThat(lock.estimate("1")).isEqualTo(new LineEstimate(9, null));
    }

    @Test
    void aPurchaseThatCannotBeServedInTimeIsRejectedAtOnce() {
        BuyLock lock = lock(BuyLockConfig.builder());
        List<CompletableFuture<Grant>> line = line(lock, "1", 10, 261);

        CompletableFuture<Grant> hopeless = lock.acquire("1");
        assertThat(hopeless).isCompletedExceptionally();
        assertThat(lock.snapshot().rejected()).containsEntry(RejectedException.Reason.LINE_TOO_LONG, 1L);

        line.remove(0).join().close();
        assertThat(lock.acquire("1")).isNotDone();
    }

    @Test
    void aWaiterCountsOnceHoweverOftenItsNodeAsksForTheLease() {
        BuyLock lock = lock(BuyLockConfig.builder());
        store.takenByAnotherNode("buy/1");
        lock.acquire("1");
        lock.acquire("1");
        clock.advanceMillis(1_000);

        assertThat(lock.estimate("1").ahead()).isEqualTo(2);
        store.freedByAnotherNode("buy/1");
        clock.advanceMillis(20);
        assertThat(lock.estimate("1").ahead()).isEqualTo(1);
    }

    @Test
    void withoutRejectHopelessEveryPurchaseWaits() {
        BuyLock lock = lock(BuyLockConfig.builder().rejectHopeless(false));
        line(lock, "1", 10, 400);

        assertThat(lock.acquire("1")).isNotDone();
    }

    @Test
    void aSlowItemStillHasOneWaiter() {
        BuyLock lock = lock(BuyLockConfig.builder());
        CompletableFuture<Grant> holder = lock.acquire("1");
        CompletableFuture<Grant> next = lock.acquire("1");
        for (int i = 0; i < 20; i++) {
            clock.advanceMillis(WAIT_MILLIS - 1);
            holder.join().close();
            holder = next;
            next = lock.acquire("1");
        }

        assertThat(holder).isCompleted();
        assertThat(next).isNotDone();
        assertThat(lock.acquire("1")).isCompletedExceptionally();
    }

    @Test
    void theHottestItemsAreInTheSnapshot() {
        BuyLock lock = lock(BuyLockConfig.builder());
        for (int i = 1; i <= 12; i++) {
            line(lock, "item-" + i, 6, i);
        }
        Grant last = lock.acquire("gone").join();
        lock.acquire("gone");
        last.soldOut();
        last.close();

        List<BuyLockSnapshot.HotItem> hottest = lock.snapshot().hotItems();
        assertThat(hottest)
                .hasSize(10)
                .extracting(BuyLockSnapshot.HotItem::waiting)
                .startsWith(12, 11, 10);
        BuyLockSnapshot.HotItem first = hottest.get(0);
        assertThat(first.item()).isEqualTo("item-12");
        assertThat(first.granted()).isEqualTo(6);
        assertThat(first.closed()).isFalse();
        assertThat(first.estimatedWait()).isBetween(0.25, 0.27);
    }

    @Test
    void aLineThatIsNotUsedIsForgotten() {
        BuyLock lock = lock(BuyLockConfig.builder());
        line(lock, "1", 3, 0).get(0).join().close();
        assertThat(lock.snapshot().hotItems()).hasSize(1);
        clock.advanceMillis(61_000);

        assertThat(lock.snapshot().hotItems()).isEmpty();
    }

    @Test
    void anItemThatNobodyWaitsForHasNoLine() {
        BuyLock lock = lock(BuyLockConfig.builder());
        lock.acquire("1").join().close();

        assertThat(lock.snapshot().hotItems()).isEmpty();
    }

    /** Twice as many buyers as can be served, at random times, for purchases of 15 to 25 ms. */
    @Test
    void atTwiceTheLoadRejectionsAreQuickAndRight() {
        Overload honest = new Overload(lock(BuyLockConfig.builder()));
        Overload waiting = new Overload(lock(BuyLockConfig.builder().rejectHopeless(false)));
        honest.run();
        waiting.run();

        System.out.printf("rejected at once: %s; after the wait: %s%n", honest, waiting);
        assertThat(honest.rejections).hasSizeGreaterThan(1_000);
        assertThat(honest.rejectionMillis(0.95)).isLessThanOrEqualTo(200);
        assertThat(waiting.rejectionMillis(0.5)).isEqualTo(WAIT_MILLIS);
        assertThat(honest.grants.size()).isGreaterThanOrEqualTo((int) (waiting.grants.size() * 0.99));
        assertThat(honest.wrongShare()).isLessThanOrEqualTo(0.02);
    }

    /** A minute of purchases; the first ten seconds do not count. */
    private final class Overload {

        private static final long SECONDS = 60;
        private static final long WARM_UP = 10;

        private final BuyLock lock;
        private final Random random = new Random(42);
        private final List<Long> grants = new ArrayList<>();
        private final List<Rejection> rejections = new ArrayList<>();

        private record Rejection(long arrivedAt, long rejectedAt, int ahead) {}

        Overload(BuyLock lock) {
            this.lock = lock;
        }

        void run() {
            long began = scheduler.now();
            double mean = PURCHASE_MILLIS / 2.0;
            for (double at = 0; at < SECONDS * 1_000; at -= mean * Math.log(1 - random.nextDouble())) {
                scheduler.start((long) (at * 1e6), this::arrive);
            }
            clock.advanceMillis(SECONDS * 1_000 + WAIT_MILLIS);
            long counted = began + TimeUnit.SECONDS.toNanos(WARM_UP);
            rejections.removeIf(rejection -> rejection.arrivedAt < counted
                    || rejection.rejectedAt > began + TimeUnit.SECONDS.toNanos(SECONDS) - waitNanos());
        }

        private void arrive() {
            long now = scheduler.now();
            int ahead = lock.estimate("1").ahead();
            lock.request("1", true, new GrantListener() {
                @Override
                public void granted(Grant grant) {
                    grants.add(scheduler.now());
                    scheduler.start((long) ((0.75 + random.nextDouble() / 2) * PURCHASE_MILLIS * 1e6), grant::close);
                }

                @Override
                public void rejected(RejectedException.Reason reason) {
                    rejections.add(new Rejection(now, scheduler.now(), ahead));
                }
            });
        }

        long rejectionMillis(double quantile) {
            long[] sorted = rejections.stream()
                    .mapToLong(rejection -> rejection.rejectedAt - rejection.arrivedAt)
                    .sorted()
                    .toArray();
            return TimeUnit.NANOSECONDS.toMillis(sorted[(int) (sorted.length * quantile)]);
        }

        /** The share of those rejected at once who could have been served in time. */
        double wrongShare() {
            List<Rejection> atOnce = rejections.stream()
                    .filter(rejection -> rejection.rejectedAt == rejection.arrivedAt)
                    .toList();
            long wrong = atOnce.stream()
                    .filter(rejection -> rejection.ahead
                            < grants.stream()
                                    .filter(at -> at >= rejection.arrivedAt && at < rejection.arrivedAt + waitNanos())
                                    .count())
                    .count();
            return (double) wrong / Math.max(1, atOnce.size());
        }

        private static long waitNanos() {
            return TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        }

        @Override
        public @Nullable String toString() {
            return "%d sold, %d rejected, p50 %d ms, p95 %d ms, %.2f %% of those rejected at once wrongly"
                    .formatted(
                            grants.size(),
                            rejections.size(),
                            rejectionMillis(0.5),
                            rejectionMillis(0.95),
                            100 * wrongShare());
        }
    }
}
