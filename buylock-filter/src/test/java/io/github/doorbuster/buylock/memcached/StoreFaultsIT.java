package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.RejectedException;
import io.github.doorbuster.buylock.StoreFailurePolicy;
import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.testing.MemcachedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Purchases while a real memcached hangs, dies, forgets or restarts. The tests mostly wait, so they run at the same
 * time, each with its own server.
 */
@Execution(ExecutionMode.CONCURRENT)
class StoreFaultsIT extends OwnMemcached {

    @Test
    void anIdleConnectionDetectsARestart() throws Exception {
        try (BuyLock lock = lock(store)) {
            server.kill();
            awaitState(store, State.DOWN);
            server.restart();
            awaitState(store, State.UP);

            assertThat(buy(lock, "42")).isEqualTo(Grant.Scope.CLUSTER);
        }
    }

    @Test
    void aServerThatStartsLaterIsUsed() throws Exception {
        server.kill();
        try (MemcachedLockStore early = MemcachedLockStore.connect(server.address());
                BuyLock lock = lock(early)) {
            assertThat(early.status().state()).isEqualTo(State.DOWN);
            assertThat(buy(lock, "42")).isEqualTo(Grant.Scope.NODE);
            server.restart();
            awaitState(early, State.UP);
            assertThat(buy(lock, "42")).isEqualTo(Grant.Scope.CLUSTER);
        }
    }

    @Test
    void aServerOutOfMemoryCountsAsFailedUntilItHasMemory() throws Exception {
        try (MemcachedServer full = MemcachedServer.startOwn("-M", "-m", "2");
                MemcachedLockStore failing = MemcachedLockStore.connect(full.address());
                BuyLock lock = lock(failing)) {
            fill(full);
            for (int i = 0; i < 3; i++) {
                assertThat(buy(lock, "42")).isEqualTo(Grant.Scope.NODE);
            }
            full.command("flush_all");

            await().until(() -> buy(lock, "42") == Grant.Scope.CLUSTER);
        }
    }

    /** The values are about as long as a lease, since memcached assigns memory by size. */
    private static void fill(MemcachedServer full) {
        for (int length = 48; length <= 112; length += 8) {
            fill(full, "0".repeat(length));
        }
    }

    private static void fill(MemcachedServer full, String value) {
        String set = "set f%d-%05d 0 0 %d%s\r\n%s";
        int next = 0;
        List<String> reply;
        do {
            StringBuilder commands = new StringBuilder();
            for (int end = next + 1_000; next < end; next++) {
                commands.append(set.formatted(value.length(), next, value.length(), " noreply", value))
                        .append("\r\n");
            }
            reply = full.command(commands + set.formatted(value.length(), next++, value.length(), "", value));
            assertThat(next).isLessThan(50_000);
        } while (reply.contains("STORED"));
    }

    @Test
    void aServerThatIsDownAffectsOnlyItsItems() throws Exception {
        try (MemcachedServer second = MemcachedServer.startOwn();
                MemcachedLockStore both = MemcachedLockStore.connect(server.address() + "," + second.address());
                BuyLock lock = lock(both)) {
            List<String> items =
                    IntStream.range(0, 200).mapToObj(String::valueOf).toList();
            List<Grant> grants = new ArrayList<>();
            for (String item : items) {
                grants.add(get(lock.acquire(item)));
            }
            assertThat(grants).extracting(Grant::scope).containsOnly(Grant.Scope.CLUSTER);
            List<String> keys = items.stream().map(item -> "buy/" + item).toList();
            List<String> onSecond = lockedKeys(second, keys);
            assertThat(onSecond).hasSizeBetween(40, 160);
            grants.forEach(Grant::close);

            second.kill();
            awaitState(both, State.PARTIAL);

            for (String item : items) {
                assertThat(buy(lock, item))
                        .isEqualTo(onSecond.contains("buy/" + item) ? Grant.Scope.NODE : Grant.Scope.CLUSTER);
            }
        }
    }

    @Test
    void aLineIsOnTheServerOfItsKey() throws Exception {
        try (MemcachedServer second = MemcachedServer.startOwn();
                MemcachedLockStore both = MemcachedLockStore.connect(server.address() + "," + second.address())) {
            List<String> keys =
                    IntStream.range(0, 100).mapToObj(item -> "buy/" + item).toList();
            for (String key : keys) {
                get(both.acquire(lease(key)));
            }
            List<String> onFirst = lockedKeys(server, keys);
            assertThat(onFirst).hasSizeGreaterThan(20);
            second.stop();
            awaitState(both, State.PARTIAL);

            for (String key : onFirst) {
                assertThat(get(both.takeTicket(key, "line", 1))).as(key).isEqualTo(1);
                assertThat(get(both.read(key, "line")).lastTicket()).as(key).isEqualTo(1);
            }
        }
    }

    private static List<String> lockedKeys(MemcachedServer server, List<String> keys) {
        return server.command("get " + String.join(" ", keys)).stream()
                .filter(line -> line.startsWith("VALUE "))
                .map(line -> line.split(" ")[1])
                .toList();
    }

    @ParameterizedTest
    @EnumSource(StoreFailurePolicy.class)
    void aHungServerUnderLoadBlocksNobodyAndLeavesNoLease(StoreFailurePolicy policy) throws Exception {
        try (BuyLock lock = lock(store, config().whenStoreFails(policy).waitMillis(2_000))) {
            Load load = new Load(lock);
            long during;
            try {
                await().until(() -> load.granted.sum() > 50);
                server.stop();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
                awaitState(store, State.DOWN);
                long before = load.granted.sum();
                await().until(() -> System.nanoTime() - end > 0);
                during = load.granted.sum() - before;
                server.cont();
                awaitState(store, State.UP);
            } finally {
                load.stop();
            }

            assertThat(TimeUnit.NANOSECONDS.toMillis(load.longestAcquire.get())).isLessThan(1_000);
            switch (policy) {
                case LOCAL -> {
                    assertThat(during).isGreaterThan(200);
                    assertThat(load.mostInProgress.get()).isEqualTo(1);
                }
                case REJECT -> {
                    assertThat(during).isLessThan(20);
                    assertThat(load.storeDown.sum()).isPositive();
                }
                case ALLOW -> {
                    assertThat(during).isGreaterThan(200);
                    assertThat(load.mostInProgress.get()).isGreaterThan(1);
                }
            }
            await().untilAsserted(() ->
                    assertThat(server.command("get buy/42 buy/43")).isEqualTo(List.of("END")));
            assertThat(buy(lock, "42")).isEqualTo(Grant.Scope.CLUSTER);
        }
    }

    /** Eight buyers of two items, 2 ms each. */
    private static final class Load {

        private final LongAdder granted = new LongAdder();
        private final LongAdder storeDown = new LongAdder();
        private final LongAccumulator longestAcquire = new LongAccumulator(Math::max, 0);
        /** Of item 42. */
        private final AtomicInteger inProgress = new AtomicInteger();

        private final LongAccumulator mostInProgress = new LongAccumulator(Math::max, 0);
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> buyers;

        Load(BuyLock lock) {
            buyers = IntStream.range(0, 8)
                    .mapToObj(i -> new Thread(() -> buyRepeatedly(lock, String.valueOf(42 + i % 2))))
                    .toList();
            buyers.forEach(Thread::start);
        }

        private void buyRepeatedly(BuyLock lock, String item) {
            while (!over.get()) {
                long start = System.nanoTime();
                CompletableFuture<Grant> purchase = lock.acquire(item);
                longestAcquire.accumulate(System.nanoTime() - start);
                try (Grant grant = get(purchase)) {
                    if (grant.itemId().equals("42")) {
                        mostInProgress.accumulate(inProgress.incrementAndGet());
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                    granted.increment();
                    if (grant.itemId().equals("42")) {
                        inProgress.decrementAndGet();
                    }
                } catch (ExecutionException e) {
                    if (((RejectedException) e.getCause()).reason() == RejectedException.Reason.STORE_DOWN) {
                        storeDown.increment();
                        // Buyers that are rejected at once must leave some processor time to memcached.
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        void stop() throws InterruptedException {
            over.set(true);
            for (Thread buyer : buyers) {
                buyer.join();
            }
        }
    }
}
