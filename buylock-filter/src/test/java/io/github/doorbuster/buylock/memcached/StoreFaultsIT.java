package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.RejectedException;
import io.github.doorbuster.buylock.Rejection;
import io.github.doorbuster.buylock.StoreFailurePolicy;
import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.TcpProxy;
import io.github.doorbuster.testing.TcpProxy.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of purchases when the real memcached hangs, dies, forgets or comes back. */
class StoreFaultsIT {

    private static final String KEY = "buy/42";
    private static final Duration SECONDS_30 = Duration.ofSeconds(30);

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

    private static Grant get(CompletableFuture<Grant> purchase) throws Exception {
        return purchase.get(5, TimeUnit.SECONDS);
    }

    private List<String> key() {
        return server.command("get " + KEY);
    }

    private void awaitState(State state, int millis) {
        await().atMost(Duration.ofMillis(millis)).until(() -> store.status().state() == state);
    }

    @Test
    void aStolenLeaseIsNoticedAndLeftAlone() throws Exception {
        try (BuyLock lock =
                BuyLock.builder().config(config().build()).store(store).build()) {
            Grant grant = get(lock.acquire("42"));
            server.command("set " + KEY + " 0 0 5\r\nthief");

            await().atMost(Duration.ofSeconds(3)).until(() -> !grant.leaseHolds());
            grant.close();
            await().until(() -> lock.snapshot().items() == 0);
            assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
            assertThat(key()).contains("thief");
        }
    }

    @Test
    void aLeaseThatIsHeldLongIsRenewedInMemcachedToo() throws Exception {
        try (BuyLock lock =
                BuyLock.builder().config(config().build()).store(store).build()) {
            Grant grant = get(lock.acquire("42"));
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
            await().pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> {
                        assertThat(key()).hasSizeGreaterThan(1);
                        assertThat(grant.leaseHolds()).isTrue();
                        return System.nanoTime() > until;
                    });
            grant.close();
            await().until(() -> key().equals(List.of("END")));
        }
    }

    @Test
    void flushAllLosesTheLeaseAndTheNextPurchaseTakesItsOwn() throws Exception {
        try (BuyLock lock =
                BuyLock.builder().config(config().build()).store(store).build()) {
            Grant grant = get(lock.acquire("42"));
            CompletableFuture<Grant> next = lock.acquire("42");
            server.command("flush_all");
            await().atMost(Duration.ofSeconds(3)).until(() -> !grant.leaseHolds());
            grant.close();

            assertThat(get(next).leaseHolds()).isTrue();
            assertThat(key()).hasSizeGreaterThan(1);
            assertThat(lock.snapshot().leaseLost()).isEqualTo(1);
            get(next).close();
        }
    }

    @Test
    void afterARestartNobodyReleasesTheNextOwnersKeyThoughTheCasIdsAreTheSame() throws Exception {
        Lease before = new Lease(KEY, "before", SECONDS_30);
        Lease after = new Lease(KEY, "after", SECONDS_30);
        store.acquire(before).toCompletableFuture().get(5, TimeUnit.SECONDS);
        String casBefore = server.command("gets " + KEY).get(0);
        server.kill();
        awaitState(State.DOWN, 1_500);
        server.restart();
        awaitState(State.UP, 2_500);
        assertThat(store.acquire(after).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isTrue();
        String casAfter = server.command("gets " + KEY).get(0);
        assertThat(casAfter.replace(" 5 ", " 6 ")).as("cas ids collide").isEqualTo(casBefore);

        assertThat(store.release(before).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isFalse();
        assertThat(key()).contains("after");
    }

    @Test
    void anIdleRestartIsNoticedAndTheNextRequestAfterTwoSecondsGetsALease() throws Exception {
        try (BuyLock lock =
                BuyLock.builder().config(config().build()).store(store).build()) {
            server.kill();
            server.restart();
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);

            try (Grant grant = get(lock.acquire("42"))) {
                assertThat(grant.scope()).isEqualTo(Grant.Scope.CLUSTER);
            }
        }
    }

    @Test
    void aServerThatIsNotThereAtTheStartIsTakenInWhenItIs() throws Exception {
        server.kill();
        try (MemcachedLockStore early = MemcachedLockStore.connect(server.address());
                BuyLock lock =
                        BuyLock.builder().config(config().build()).store(early).build()) {
            assertThat(early.status().state()).isEqualTo(State.DOWN);
            try (Grant grant = get(lock.acquire("42"))) {
                assertThat(grant.scope()).isEqualTo(Grant.Scope.NODE);
            }
            server.restart();
            await().atMost(Duration.ofMillis(2_500)).until(() -> early.status().state() == State.UP);
            try (Grant grant = get(lock.acquire("42"))) {
                assertThat(grant.scope()).isEqualTo(Grant.Scope.CLUSTER);
            }
        }
    }

    @Test
    void anAddThatSucceedsAfterItWasGivenUpIsCleanedUp() throws Exception {
        server.stop();
        CompletableFuture<Boolean> add =
                store.acquire(new Lease(KEY, "late", SECONDS_30)).toCompletableFuture();
        assertThatThrownBy(() -> add.get(1, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        server.cont();

        await().atMost(Duration.ofSeconds(5)).until(() -> store.status().lateReleases() == 1);
        assertThat(key()).isEqualTo(List.of("END"));
    }

    @Test
    void anAddThatSucceedsOnAnOldConnectionIsCleanedUpToo() throws Exception {
        server.stop();
        CompletableFuture<Boolean> add =
                store.acquire(new Lease(KEY, "late", SECONDS_30)).toCompletableFuture();
        awaitState(State.DOWN, 1_500);
        await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
        server.cont();

        assertThat(add).isCompletedExceptionally();
        awaitState(State.UP, 2_000);
        await().pollDelay(Duration.ofMillis(2_500))
                .untilAsserted(() -> assertThat(key()).isEqualTo(List.of("END")));
    }

    @Test
    void aReleaseThatGotLostIsMadeGood() throws Exception {
        Lease lease = new Lease(KEY, "mine", SECONDS_30);
        store.acquire(lease).toCompletableFuture().get(5, TimeUnit.SECONDS);
        server.stop();
        CompletableFuture<Boolean> release = store.release(lease).toCompletableFuture();
        assertThatThrownBy(() -> release.get(1, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        server.cont();

        await().atMost(Duration.ofSeconds(5)).until(() -> key().equals(List.of("END")));
    }

    @Test
    void anAddWhoseAnswerIsLostIsCleanedUp() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address());
                MemcachedLockStore behind = MemcachedLockStore.connect(proxy.address())) {
            proxy.onRequest(sent -> sent.startsWith("add " + KEY) ? Fate.LOSE_ANSWER : Fate.PASS);
            CompletableFuture<Boolean> add =
                    behind.acquire(new Lease(KEY, "lost", SECONDS_30)).toCompletableFuture();
            assertThatThrownBy(() -> add.get(1, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
            assertThat(key()).contains("lost");

            await().atMost(Duration.ofSeconds(5)).until(() -> key().equals(List.of("END")));
            assertThat(behind.status().lateReleases()).isEqualTo(1);
        }
    }

    @Test
    void aServerOutOfMemoryCountsAsFailedAndComesBack() throws Exception {
        try (MemcachedServer full = MemcachedServer.startOwn("-M", "-m", "2");
                MemcachedLockStore tight = MemcachedLockStore.connect(full.address());
                BuyLock lock =
                        BuyLock.builder().config(config().build()).store(tight).build()) {
            // As large as a lease, since memcached divides its memory by size.
            String filler = "set f%05d 0 0 18\r\n012345678901234567";
            for (int i = 0; full.command(filler.formatted(i)).contains("STORED"); i++) {
                assertThat(i).isLessThan(50_000);
            }
            for (int i = 0; i < 3; i++) {
                try (Grant grant = get(lock.acquire("42"))) {
                    assertThat(grant.scope()).isEqualTo(Grant.Scope.NODE);
                }
            }
            full.command("flush_all");

            await().atMost(Duration.ofSeconds(3)).until(() -> {
                try (Grant grant = get(lock.acquire("42"))) {
                    return grant.scope() == Grant.Scope.CLUSTER;
                }
            });
        }
    }

    @Test
    void oneOfSeveralServersHarmsOnlyItsShareOfTheItems() throws Exception {
        try (MemcachedServer second = MemcachedServer.startOwn();
                MemcachedLockStore both = MemcachedLockStore.connect(server.address() + "," + second.address());
                BuyLock lock =
                        BuyLock.builder().config(config().build()).store(both).build()) {
            Set<String> onSecond = new HashSet<>();
            for (int item = 0; item < 200; item++) {
                try (Grant grant = get(lock.acquire(String.valueOf(item)))) {
                    assertThat(grant.scope()).isEqualTo(Grant.Scope.CLUSTER);
                    if (second.command("get buy/" + item).size() > 1) {
                        onSecond.add(String.valueOf(item));
                    }
                }
            }
            assertThat(onSecond).hasSizeBetween(40, 160);

            second.kill();
            await().atMost(Duration.ofMillis(1_500)).until(() -> both.status().state() == State.PARTIAL);

            for (int item = 0; item < 200; item++) {
                try (Grant grant = get(lock.acquire(String.valueOf(item)))) {
                    assertThat(grant.scope())
                            .isEqualTo(
                                    onSecond.contains(String.valueOf(item)) ? Grant.Scope.NODE : Grant.Scope.CLUSTER);
                }
            }
        }
    }

    @Test
    void theNoteThatSomebodyWaitsSharesTheFateOfItsKeyAlone() throws Exception {
        try (MemcachedServer second = MemcachedServer.startOwn();
                MemcachedLockStore both = MemcachedLockStore.connect(server.address() + "," + second.address())) {
            List<String> onFirst = new ArrayList<>();
            for (int item = 0; item < 100; item++) {
                Lease lease = new Lease("buy/" + item, "mine", SECONDS_30);
                both.acquire(lease).toCompletableFuture().get(5, TimeUnit.SECONDS);
                if (server.command("get " + lease.key()).size() > 1) {
                    onFirst.add(lease.key());
                }
            }
            second.stop();
            await().atMost(Duration.ofMillis(1_500)).until(() -> both.status().state() == State.PARTIAL);

            assertThat(onFirst).hasSizeGreaterThan(20);
            for (String key : onFirst) {
                both.announce(key).toCompletableFuture().get(5, TimeUnit.SECONDS);
                assertThat(both.announced(key).toCompletableFuture().get(5, TimeUnit.SECONDS))
                        .as(key)
                        .isTrue();
            }
        }
    }

    @Test
    void whatIsUnansweredWhenTheStoreClosesFailsInsteadOfNeverEnding() {
        Lease lease = new Lease(KEY, "mine", SECONDS_30);
        server.stop();
        List<CompletableFuture<Boolean>> unanswered = List.of(
                store.acquire(lease).toCompletableFuture(),
                store.release(lease).toCompletableFuture(),
                store.renew(lease).toCompletableFuture());
        store.close();

        assertThat(unanswered).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(store.acquire(lease).toCompletableFuture()).isCompletedExceptionally();
        server.cont();
    }

    @Test
    void whatIsUnwrittenWhenAConnectionIsLostIsNotWrittenToTheNext() throws Exception {
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
            // More than the sockets' buffers hold.
            for (int i = 0; i < 40_000; i++) {
                behind.acquire(new Lease("unwritten/" + "x".repeat(200) + i, "mine", SECONDS_30));
            }
            proxy.cut();
            await().until(() -> behind.status().state() == State.DOWN);
            proxy.onRequest(sent -> {
                writtenLate.compareAndSet(false, sent.contains("add unwritten/"));
                return Fate.PASS;
            });
            lost.set(true);
            await().atMost(Duration.ofSeconds(5)).until(() -> behind.status().state() == State.UP);

            assertThat(writtenLate).isFalse();
        }
    }

    @SuppressWarnings("try")
    @ParameterizedTest
    @EnumSource(StoreFailurePolicy.class)
    void fiveSecondsOfStandstillUnderLoadBlockNobodyAndLeaveNothing(StoreFailurePolicy policy) throws Exception {
        try (BuyLock lock = BuyLock.builder()
                .config(config().whenStoreFails(policy).waitMillis(2_000).build())
                .store(store)
                .build()) {
            AtomicBoolean over = new AtomicBoolean();
            LongAdder granted = new LongAdder();
            LongAdder storeDown = new LongAdder();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger mostInside = new AtomicInteger();
            Thread[] buyers = new Thread[8];
            for (int i = 0; i < buyers.length; i++) {
                String item = String.valueOf(42 + i % 2);
                buyers[i] = new Thread(() -> {
                    while (!over.get()) {
                        long start = System.nanoTime();
                        CompletableFuture<Grant> purchase = lock.acquire(item);
                        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
                        try (Grant grant = purchase.get(5, TimeUnit.SECONDS)) {
                            if (item.equals("42")) {
                                mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            }
                            Thread.sleep(2);
                            granted.increment();
                            if (item.equals("42")) {
                                inside.decrementAndGet();
                            }
                        } catch (ExecutionException e) {
                            if (((RejectedException) e.getCause()).reason() == Rejection.STORE_DOWN) {
                                storeDown.increment();
                                // Whoever is refused at once must not keep memcached from the processor.
                                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                            }
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }
                });
                buyers[i].start();
            }
            long during;
            try {
                await().until(() -> granted.sum() > 50);
                server.stop();
                long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
                awaitState(State.DOWN, 1_500);
                long before = granted.sum();
                await().until(() -> System.nanoTime() > until);
                during = granted.sum() - before;
                server.cont();
                awaitState(State.UP, 2_000);
            } finally {
                over.set(true);
                for (Thread buyer : buyers) {
                    buyer.join();
                }
            }

            switch (policy) {
                case LOCAL -> {
                    assertThat(during).isGreaterThan(500);
                    assertThat(mostInside).hasValue(1);
                }
                case REJECT -> {
                    assertThat(during).isLessThan(20);
                    assertThat(storeDown.sum()).isPositive();
                }
                case ALLOW -> {
                    assertThat(during).isGreaterThan(500);
                    assertThat(mostInside.get()).isGreaterThan(1);
                }
            }
            await().atMost(Duration.ofSeconds(3))
                    .untilAsserted(() ->
                            assertThat(server.command("get buy/42 buy/43")).isEqualTo(List.of("END")));
            try (Grant grant = get(lock.acquire("42"))) {
                assertThat(grant.scope()).isEqualTo(Grant.Scope.CLUSTER);
            }
        }
    }
}
