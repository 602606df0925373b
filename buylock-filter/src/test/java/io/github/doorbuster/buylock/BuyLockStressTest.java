package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Many threads on two nodes that share a store, few items, and waiters that leave. */
@Timeout(60)
class BuyLockStressTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 1_000;
    private static final int ITEMS = 3;

    private final AtomicIntegerArray inProgress = new AtomicIntegerArray(ITEMS);
    private final AtomicInteger overlaps = new AtomicInteger();
    /** Not synchronized: the lock alone must order the updates. */
    private final int[] grantedByItem = new int[ITEMS];

    private final AtomicInteger granted = new AtomicInteger();

    @RepeatedTest(3)
    void purchasesNeverOverlapAndNothingIsLeftBehind() throws Exception {
        InMemoryLockStore store = new InMemoryLockStore();
        BuyLockConfig config = BuyLockConfig.builder()
                .pollMillis(1)
                .handOvers(3)
                .waitMillis(60_000)
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (BuyLock a = BuyLock.builder().config(config).store(store).build();
                BuyLock b = BuyLock.builder().config(config).store(store).build()) {
            List<Future<?>> buyers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                BuyLock node = i % 2 == 0 ? a : b;
                buyers.add(threads.submit(() -> buy(node)));
            }
            for (Future<?> buyer : buyers) {
                buyer.get();
            }

            long lost = a.snapshot().leaseLost() + b.snapshot().leaseLost();
            // If the machine pauses for half a second, a lease is lost, and counted.
            assertThat(overlaps).hasValueLessThanOrEqualTo(Math.toIntExact(lost));
            if (lost == 0) {
                assertThat(grantedByItem[0] + grantedByItem[1] + grantedByItem[2])
                        .isEqualTo(granted.get());
            }
            for (BuyLock node : List.of(a, b)) {
                assertThat(node.snapshot().waiting()).isZero();
                assertThat(node.snapshot().holding()).isZero();
            }
            for (int item = 0; item < ITEMS; item++) {
                assertThat(store.acquire(new Lease("buy/" + item, "me", config.lease()))
                                .toCompletableFuture()
                                .join())
                        .isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Void buy(BuyLock node) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            int item = ThreadLocalRandom.current().nextInt(ITEMS);
            int choice = ThreadLocalRandom.current().nextInt(10);
            String id = String.valueOf(item);
            CompletableFuture<Grant> purchase = choice == 0 ? node.tryAcquire(id) : node.acquire(id);
            if (choice == 1 && purchase.cancel(false)) {
                continue;
            }
            try (Grant grant = purchase.get(30, TimeUnit.SECONDS)) {
                if (inProgress.incrementAndGet(item) != 1 || !grant.leaseHolds()) {
                    overlaps.incrementAndGet();
                }
                grantedByItem[item]++;
                granted.incrementAndGet();
                inProgress.decrementAndGet(item);
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(RejectedException.class);
            }
        }
        return null;
    }
}
