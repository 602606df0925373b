package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two nodes with 8 container threads each, one memcached and one hot item. */
@OnEveryContainer
class BuyLockTwoNodesIT {

    private static final int PURCHASES = 300;

    private final ContainerVersion version;
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final Set<Grant.Scope> scopes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();

    BuyLockTwoNodesIT(ContainerVersion version) {
        this.version = version;
    }

    @Test
    void purchasesNeverOverlapAndNodesTakeTurns() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start();
                ServletContainer a = version.start(ContainerVersion.THREADS);
                ServletContainer b = version.start(ContainerVersion.THREADS)) {
            deploy(a, memcached, "a");
            deploy(b, memcached, "b");
            List<HttpTestClient> clients = List.of(new HttpTestClient(a.uri()), new HttpTestClient(b.uri()));
            List<CompletableFuture<HttpReply>> purchases = new ArrayList<>();
            for (int i = 0; i < PURCHASES; i++) {
                purchases.add(clients.get(i % 2).postAsync("/buy", HttpTestClient.FORM, "item_id=42"));
            }

            // The purchases that wait hold no thread, or the node could not serve this request before they end.
            assertThat(clients.get(0).get("/ping").status()).isEqualTo(200);
            assertThat(order).hasSizeLessThan(PURCHASES);

            for (CompletableFuture<HttpReply> purchase : purchases) {
                assertThat(purchase.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
            assertThat(scopes).containsOnly(Grant.Scope.CLUSTER);
            assertThat(order).hasSize(PURCHASES);
            assertThat(mostInside).hasValue(1);
            assertThat(Collections.frequency(order.subList(0, PURCHASES / 2), "a"))
                    .as("purchases of node a in the first half")
                    .isBetween(PURCHASES / 8, PURCHASES * 3 / 8);
            await().untilAsserted(
                            () -> assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END")));
        }
    }

    private void deploy(ServletContainer node, MemcachedServer memcached, String name) throws Exception {
        node.deploy(context -> {
            // On a busy machine memcached may answer late. It must not count as down then.
            Servlets.purchaseFilter(
                    context,
                    new BuyLockFilter(),
                    Map.of("memcached", memcached.address(), "waitMillis", "60000", "storeTimeoutMillis", "5000"));
            Servlets.servlet(context, "/buy", (request, response) -> buy(request, name));
            Servlets.servlet(context, "/ping", (request, response) -> response.setStatus(200));
        });
    }

    private void buy(HttpServletRequest request, String node) {
        scopes.add(((Grant) request.getAttribute(BuyLockFilter.GRANT)).scope());
        mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
        try {
            TimeUnit.MILLISECONDS.sleep(2); // the work of a purchase
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        order.add(node);
        inside.decrementAndGet();
    }
}
