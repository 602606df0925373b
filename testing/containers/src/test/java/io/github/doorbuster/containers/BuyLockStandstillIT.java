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
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
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

/** memcached stands still for five seconds under load: one shop for each policy, in one container. */
@OnEveryContainer
class BuyLockStandstillIT {

    private static final int BUYERS_PER_SHOP = 4;
    private static final int LEASE_SECONDS = 3;
    /** A thread that waits for memcached waits this long. */
    private static final int STORE_TIMEOUT_MILLIS = MemcachedLockStore.DEFAULT_STORE_TIMEOUT_MILLIS;

    private final ServletContainer container;
    private final MemcachedServer memcached = MemcachedServer.startOwn("-m", "64");
    private final MemcachedLockStore store = MemcachedLockStore.connect(memcached.address());
    private final Map<StoreFailurePolicy, Shop> shops = new EnumMap<>(StoreFailurePolicy.class);
    private final Set<Integer> otherStatuses = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    BuyLockStandstillIT(Product product) {
        this.container = product.running();
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

    /** Where one item is for sale under one policy. */
    private final class Shop {

        private final String path;
        private final String prefix;
        private final BuyLock lock;
        private final LongAdder bought = new LongAdder();
        private final LongAdder refused = new LongAdder();

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
                int status = Wire.post(container.uri(), path, "item_id=42").status();
                if (status == 200) {
                    bought.increment();
                } else if (status == 503) {
                    refused.increment();
                } else {
                    otherStatuses.add(status);
                }
            }
        }
    }

    private static void purchase(HttpServletRequest request) {
        assertThat(request.getAttribute(BuyLockFilter.GRANT)).isInstanceOf(Grant.class);
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void fiveSecondsOfStandstillBlockNoContainerThreadAndLeaveNothing() throws Exception {
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
        await().atMost(Duration.ofMillis(1_500)).until(() -> store.status().state() == State.DOWN);
        Map<StoreFailurePolicy, Long> boughtBefore = new EnumMap<>(StoreFailurePolicy.class);
        shops.forEach((policy, shop) -> boughtBefore.put(policy, shop.bought.sum()));
        long refusedBefore = shops.get(StoreFailurePolicy.REJECT).refused.sum();
        List<Long> pings = new ArrayList<>();
        while (System.nanoTime() - stoppedAt < TimeUnit.SECONDS.toNanos(5)) {
            long asked = System.nanoTime();
            assertThat(Wire.get(container.uri(), "/ping").status()).isEqualTo(200);
            pings.add(System.nanoTime() - asked);
            TimeUnit.MILLISECONDS.sleep(5);
        }
        Map<StoreFailurePolicy, Long> boughtMeanwhile = new EnumMap<>(StoreFailurePolicy.class);
        shops.forEach((policy, shop) -> boughtMeanwhile.put(policy, shop.bought.sum() - boughtBefore.get(policy)));
        long refusedMeanwhile = shops.get(StoreFailurePolicy.REJECT).refused.sum() - refusedBefore;
        memcached.cont();
        await().atMost(Duration.ofSeconds(2)).until(() -> store.status().state() == State.UP);
        over = true;
        for (Thread buyer : buyers) {
            buyer.join();
        }

        assertThat(otherStatuses).isEmpty();
        assertThat(boughtMeanwhile.get(StoreFailurePolicy.LOCAL)).isGreaterThan(100);
        assertThat(boughtMeanwhile.get(StoreFailurePolicy.ALLOW)).isGreaterThan(100);
        assertThat(boughtMeanwhile.get(StoreFailurePolicy.REJECT)).isLessThan(20);
        assertThat(refusedMeanwhile).isGreaterThan(100);
        Collections.sort(pings);
        assertThat(TimeUnit.NANOSECONDS.toMillis(pings.get(pings.size() * 99 / 100)))
                .as("p99 of %d pings, in ms", pings.size())
                .isLessThan(STORE_TIMEOUT_MILLIS);
        for (Shop shop : shops.values()) {
            await().atMost(Duration.ofSeconds(LEASE_SECONDS))
                    .untilAsserted(() -> assertThat(memcached.command("get " + shop.prefix + "42"))
                            .isEqualTo(List.of("END")));
            try (Grant grant = shop.lock.acquire("42").get(5, TimeUnit.SECONDS)) {
                assertThat(grant.scope()).isEqualTo(Grant.Scope.CLUSTER);
            }
        }
    }
}
