package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.StoreFailurePolicy;
import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.RawHttpClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** memcached hangs under load for longer than a lease: one shop for each policy, in one container. */
@OnEveryContainer
class BuyLockHungMemcachedIT {

    private static final int BUYERS_PER_SHOP = 4;
    private static final int LEASE_SECONDS = 3;
    private static final int HANG_SECONDS = LEASE_SECONDS + 1;
    /** How long a thread that waited for memcached would be blocked. */
    private static final int STORE_TIMEOUT_MILLIS = MemcachedLockStore.DEFAULT_STORE_TIMEOUT_MILLIS;
    /** So that the buyers do not take the processor from memcached and the container. */
    private static final int PAUSE_MILLIS = 2;

    private final ServletContainer container;
    private final MemcachedServer memcached = MemcachedServer.startOwn("-m", "64");
    private final MemcachedLockStore store = MemcachedLockStore.connect(memcached.address());
    private final Map<StoreFailurePolicy, Shop> shops = new EnumMap<>(StoreFailurePolicy.class);
    private final Set<Integer> otherStatuses = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    BuyLockHungMemcachedIT(ContainerVersion version) {
        this.container = version.running();
        for (StoreFailurePolicy policy : StoreFailurePolicy.values()) {
            shops.put(policy, new Shop(policy));
        }
    }

    @AfterEach
    void end() {
        over = true;
        container.undeploy();
        shops.values().forEach(shop -> shop.lock.close());
        store.close();
        memcached.close();
    }

    /** A path with a lock of its own. */
    private final class Shop {

        private final String path;
        private final String prefix;
        private final BuyLock lock;
        private final LongAdder bought = new LongAdder();
        private final LongAdder rejected = new LongAdder();

        Shop(StoreFailurePolicy policy) {
            path = "/" + policy;
            prefix = policy + "/";
            lock = BuyLock.builder()
                    .config(BuyLockConfig.builder()
                            .whenStoreFails(policy)
                            .keyPrefix(prefix)
                            .leaseSeconds(LEASE_SECONDS)
                            .waitMillis(2_000)
                            .build())
                    .store(store)
                    .build();
        }

        void deploy(ServletContext context) {
            Servlets.filter(
                    context,
                    "buylock" + path,
                    new BuyLockFilter(lock),
                    Map.of(),
                    EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC),
                    path);
            Servlets.servlet(context, path, (request, response) -> {
                purchase(request);
                response.setStatus(200);
            });
        }

        void buyUntilOver() throws IOException {
            while (!over) {
                int status = RawHttpClient.postForm(container.uri(), path, "item_id=42")
                        .status();
                if (status == 200) {
                    bought.increment();
                } else if (status == 503) {
                    rejected.increment();
                } else {
                    otherStatuses.add(status);
                }
                sleep(PAUSE_MILLIS);
            }
        }
    }

    private static void purchase(HttpServletRequest request) {
        assertThat(request.getAttribute(BuyLockFilter.GRANT)).isInstanceOf(Grant.class);
        sleep(2); // the work of a purchase
    }

    private static void sleep(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void blocksNoContainerThreadAndLeavesNoKey() throws Exception {
        container.deploy(context -> {
            shops.values().forEach(shop -> shop.deploy(context));
            Servlets.servlet(context, "/ping", (request, response) -> response.setStatus(200));
        });
        List<Thread> buyers = new ArrayList<>();
        for (Shop shop : shops.values()) {
            for (int i = 0; i < BUYERS_PER_SHOP; i++) {
                Thread buyer = new Thread(() -> {
                    try {
                        shop.buyUntilOver();
                    } catch (IOException e) {
                        otherStatuses.add(-1);
                    }
                });
                buyer.start();
                buyers.add(buyer);
            }
        }
        await().until(() -> shops.values().stream().allMatch(shop -> shop.bought.sum() > 20));

        memcached.stop();
        long stoppedAt = System.nanoTime();
        await().until(() -> store.status().state() == State.DOWN);
        Map<StoreFailurePolicy, Long> boughtBefore = new EnumMap<>(StoreFailurePolicy.class);
        shops.forEach((policy, shop) -> boughtBefore.put(policy, shop.bought.sum()));
        long rejectedBefore = shops.get(StoreFailurePolicy.REJECT).rejected.sum();
        List<Long> pings = new ArrayList<>();
        while (System.nanoTime() - stoppedAt < TimeUnit.SECONDS.toNanos(HANG_SECONDS)) {
            long asked = System.nanoTime();
            assertThat(RawHttpClient.get(container.uri(), "/ping").status()).isEqualTo(200);
            pings.add(System.nanoTime() - asked);
            sleep(PAUSE_MILLIS);
        }
        Map<StoreFailurePolicy, Long> boughtMeanwhile = new EnumMap<>(StoreFailurePolicy.class);
        shops.forEach((policy, shop) -> boughtMeanwhile.put(policy, shop.bought.sum() - boughtBefore.get(policy)));
        long rejectedMeanwhile = shops.get(StoreFailurePolicy.REJECT).rejected.sum() - rejectedBefore;
        memcached.cont();
        await().until(() -> store.status().state() == State.UP);
        over = true;
        for (Thread buyer : buyers) {
            buyer.join();
        }

        assertThat(otherStatuses).isEmpty();
        assertThat(boughtMeanwhile.get(StoreFailurePolicy.LOCAL)).isGreaterThan(100);
        assertThat(boughtMeanwhile.get(StoreFailurePolicy.ALLOW)).isGreaterThan(100);
        assertThat(boughtMeanwhile.get(StoreFailurePolicy.REJECT)).isLessThan(20);
        assertThat(rejectedMeanwhile).isGreaterThan(100);
        Collections.sort(pings);
        assertThat(TimeUnit.NANOSECONDS.toMillis(pings.get(pings.size() / 2)))
                .as("median of %d pings, in ms", pings.size())
                .isLessThan(STORE_TIMEOUT_MILLIS);
        for (Shop shop : shops.values()) {
            await().untilAsserted(() ->
                    assertThat(memcached.command("get " + shop.prefix + "42")).isEqualTo(List.of("END")));
            try (Grant grant = shop.lock.acquire("42").get(60, TimeUnit.SECONDS)) {
                assertThat(grant.scope()).isEqualTo(Grant.Scope.CLUSTER);
            }
        }
    }
}
