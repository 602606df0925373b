package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two nodes of 8 container threads each share one memcached and one hot item. */
@OnEveryContainer
class BuyLockTwoNodesIT {

    private static final int PURCHASES = 300;

    private final Product product;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final Set<Grant.Scope> scopes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();
    private volatile int unsynchronised;

    BuyLockTwoNodesIT(Product product) {
        this.product = product;
    }

    @Test
    void purchasesOfOneItemNeverOverlapAndTheNodesTakeTurns() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start();
                ServletContainer a = product.start(Product.THREADS);
                ServletContainer b = product.start(Product.THREADS)) {
            deploy(a, memcached, "a");
            deploy(b, memcached, "b");
            List<CompletableFuture<HttpResponse<String>>> purchases = new ArrayList<>();
            for (int i = 0; i < PURCHASES; i++) {
                purchases.add(client.sendAsync(
                        HttpRequest.newBuilder((i % 2 == 0 ? a : b).uri().resolve("/buy"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString("item_id=42"))
                                .build(),
                        BodyHandlers.ofString()));
            }
            List<Long> pings = new ArrayList<>();
            while (order.size() < PURCHASES && pings.size() < 1_000) {
                pings.add(ping(a.uri()));
            }

            for (CompletableFuture<HttpResponse<String>> purchase : purchases) {
                assertThat(purchase.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            assertThat(scopes).containsOnly(Grant.Scope.CLUSTER);
            assertThat(unsynchronised).isEqualTo(PURCHASES);
            assertThat(mostInside).hasValue(1);
            // 35 % of the first 150 for either node.
            assertThat(Collections.frequency(order.subList(0, 150), "a")).isBetween(53, 97);
            Collections.sort(pings);
            assertThat(TimeUnit.NANOSECONDS.toMillis(pings.get(pings.size() * 99 / 100)))
                    .as("p99 of %d pings, in ms", pings.size())
                    .isLessThan(50);
            await().untilAsserted(
                            () -> assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END")));
        }
    }

    private long ping(URI node) throws Exception {
        long start = System.nanoTime();
        client.send(HttpRequest.newBuilder(node.resolve("/ping")).build(), BodyHandlers.discarding());
        return System.nanoTime() - start;
    }

    private void deploy(ServletContainer node, MemcachedServer memcached, String name) throws Exception {
        node.deploy(context -> {
            Servlets.filter(
                    context,
                    "buylock",
                    new BuyLockFilter(),
                    // An answer that a busy machine delays is no fault of memcached: nothing here may be granted LOCAL.
                    Map.of("memcached", memcached.address(), "waitMillis", "20000", "storeTimeoutMillis", "5000"),
                    EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC),
                    "/buy");
            Servlets.servlet(context, "/buy", (request, response) -> buy(request, name));
            Servlets.servlet(
                    context,
                    "/ping",
                    (request, response) -> response.getWriter().print("pong"));
        });
    }

    private void buy(HttpServletRequest request, String node) {
        scopes.add(((Grant) request.getAttribute(BuyLockFilter.GRANT)).scope());
        mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
        int before = unsynchronised;
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        unsynchronised = before + 1;
        order.add(node);
        inside.decrementAndGet();
    }
}
