package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.RejectedException;
import io.github.doorbuster.buylock.StoreFailurePolicy;
import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.TcpProxy;
import io.github.doorbuster.testing.TcpProxy.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
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
class StoreFaultsIT {

    private static final String KEY = "buy/42";
    private static final Lease LEASE = lease(KEY);

    private final MemcachedServer server = MemcachedServer.startOwn("-m", "64");
    private final MemcachedLockStore store = MemcachedLockStore.connect(server.address());

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    private static BuyLockConfig.Builder config() {
        return BuyLockConfig.builder().leaseSeconds(3);
    }

    private static BuyLock lock(LockStore store) {
        return lock(store, config());
    }

    private static BuyLock lock(LockStore store, BuyLockConfig.Builder config) {
        return BuyLock.builder().config(config.build()).store(store).build();
    }

    private static Lease lease(String key) {
        return new Lease(key, "mine", Duration.ofSeconds(30));
    }

    private static <T> T get(CompletionStage<T> result) throws Exception {
        return result.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static void assertFails(CompletionStage<?> result) {
        assertThatThrownBy(() -> get(result)).isInstanceOf(ExecutionException.class);
    }

    /** Buys the item and returns the scope of the grant. */
    private static Grant.Scope buy(BuyLock lock, String item) throws Exception {
        try (Grant grant = get(lock.acquire(item))) {
            return grant.scope();
        }
    }

    private boolean isLocked() {
        return server.command("get " + KEY).size() > 1;
    }

    private static void awaitState(LockStore store, State state) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> store.status().state() == state);
    }

    @Test
    void aStolenLeaseIsLostAndNotReleased() throws Exception {
        try (BuyLock lock = lock(store)) {
            Grant grant = get(lock.acquire("42"));
            server.command("set " + KEY + " 0 0 5\r\nthief");

            await().until(() -> !grant.leaseHolds());
            grant.close();
            await().until(() -> lock.snapshot().items() == 0);
            assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
            assertThat(server.command("get " + KEY)).contains("thief");
        }
    }

    @Test
    void aLeaseIsRenewedInMemcached() throws Exception {
        try (BuyLock lock = lock(store)) {
            Grant grant = get(lock.acquire("42"));
            long notRenewed = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            await().until(() -> {
                assertThat(isLocked()).isTrue();
                assertThat(grant.leaseHolds()).isTrue();
                return System.nanoTime() - notRenewed > 0;
            });
            grant.close();
            await().until(() -> !isLocked());
        }
    }

    @Test
    void afterFlushAllTheNextPurchaseAcquiresANewLease() throws Exception {
        try (BuyLock lock = lock(store)) {
            Grant grant = get(lock.acquire("42"));
            CompletableFuture<Grant> next = lock.acquire("42");
            server.command("flush_all");
            await().until(() -> !grant.leaseHolds());
            grant.close();

            assertThat(get(next).leaseHolds()).isTrue();
            assertThat(isLocked()).isTrue();
            assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
            get(next).close();
        }
    }

    @Test
    void afterARestartAnOldLeaseDoesNotReleaseTheKeyOfTheNextOwner() throws Exception {
        Lease before = new Lease(KEY, "before", Duration.ofSeconds(30));
        Lease after = new Lease(KEY, "after", Duration.ofSeconds(30));
        get(store.acquire(before));
        String casBefore = server.command("gets " + KEY).get(0);
        server.kill();
        awaitState(store, State.DOWN);
        server.restart();
        awaitState(store, State.UP);
        assertThat(get(store.acquire(after))).isTrue();
        String casAfter = server.command("gets " + KEY).get(0);
        assertThat(casAfter.replace(" 5 ", " 6 ")).as("CAS ids collide").isEqualTo(casBefore);

        assertThat(get(store.release(before))).isFalse();
        assertThat(server.command("get " + KEY)).contains("after");
    }

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
    void anAddThatSucceedsAfterItsTimeoutIsReleased() {
        server.stop();
        assertFails(store.acquire(LEASE));
        server.cont();

        await().until(() -> store.status().orphansReleased() == 1);
        assertThat(isLocked()).isFalse();
    }

    @Test
    void anAddThatSucceedsOnAnOldConnectionIsReleased() {
        Object before = store.client().connectionOf(KEY);
        server.stop();
        assertFails(store.acquire(LEASE));
        // A stopped server still accepts connections.
        await().until(() -> store.client().connectionOf(KEY) != before
                && ((ServerConnection) store.client().serverOf(KEY)).isConnected());
        server.cont();

        await().until(() -> store.status().orphansReleased() == 1);
        assertThat(isLocked()).isFalse();
    }

    @Test
    void aLostReleaseIsRepeated() throws Exception {
        get(store.acquire(LEASE));
        server.stop();
        assertFails(store.release(LEASE));
        server.cont();

        await().until(() -> !isLocked());
    }

    @Test
    void anAddWhoseReplyIsLostIsReleased() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address());
                MemcachedLockStore behind = MemcachedLockStore.connect(proxy.address())) {
            proxy.onRequest(sent -> sent.contains("ms " + KEY) ? Fate.LOSE_ANSWER : Fate.PASS);
            assertFails(behind.acquire(LEASE));
            assertThat(isLocked()).isTrue();

            await().until(() -> behind.status().orphansReleased() == 1);
            assertThat(isLocked()).isFalse();
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

    @Test
    void closeFailsOperationsInFlight() {
        server.stop();
        List<CompletableFuture<Boolean>> inFlight = List.of(
                store.acquire(LEASE).toCompletableFuture(),
                store.release(LEASE).toCompletableFuture(),
                store.replace(LEASE, LEASE).toCompletableFuture());
        store.close();

        assertThat(inFlight).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(store.acquire(LEASE).toCompletableFuture()).isCompletedExceptionally();
        server.cont();
    }

    @Test
    void unwrittenOperationsAreNotWrittenToTheNextConnection() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address());
                MemcachedLockStore behind = MemcachedLockStore.connect(proxy.address(), Duration.ofSeconds(5))) {
            AtomicBoolean lost = new AtomicBoolean();
            AtomicBoolean writtenLate = new AtomicBoolean();
            proxy.onRequest(sent -> {
                while (!lost.get()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
                return Fate.CUT;
            });
            // More than the buffers of the sockets hold.
            for (int i = 0; i < 40_000; i++) {
                behind.acquire(lease("unwritten/" + "x".repeat(200) + i));
            }
            proxy.cut();
            awaitState(behind, State.DOWN);
            proxy.onRequest(sent -> {
                writtenLate.compareAndSet(false, sent.contains(" unwritten/"));
                return Fate.PASS;
            });
            lost.set(true);
            awaitState(behind, State.UP);

            assertThat(writtenLate).isFalse();
        }
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
