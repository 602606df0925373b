package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two nodes of 8 container threads each share one memcached and one hot item. */
class TwoNodesIT {

    private static final int PURCHASES = 300;

    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();
    private int unsynchronised;

    /** Buys for 2 ms, and notes who bought. */
    @SuppressWarnings("serial")
    private final class Shop extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) {
            mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
            int before = unsynchronised;
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            unsynchronised = before + 1;
            order.add(request.getParameter("who"));
            inside.decrementAndGet();
        }
    }

    @Test
    void purchasesOfOneItemNeverOverlapAndTheNodesTakeTurns() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start();
                Node a = node(memcached);
                Node b = node(memcached)) {
            List<CompletableFuture<HttpResponse<String>>> purchases = new ArrayList<>();
            List<Long> pings = new ArrayList<>();
            for (int i = 0; i < PURCHASES; i++) {
                Node node = i % 2 == 0 ? a : b;
                purchases.add(node.buyLater("item_id=42&who=" + (i % 2 == 0 ? "a" : "b")));
            }
            while (order.size() < PURCHASES && pings.size() < 1_000) {
                long start = System.nanoTime();
                a.send(a.at("/ping"));
                pings.add(System.nanoTime() - start);
            }

            for (CompletableFuture<HttpResponse<String>> purchase : purchases) {
                assertThat(purchase.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            assertThat(unsynchronised).isEqualTo(PURCHASES);
            assertThat(mostInside).hasValue(1);
            assertThat(order.subList(0, 150).stream().filter("a"::equals).count())
                    .isBetween(53L, 97L);
            long[] sorted = pings.stream().mapToLong(Long::longValue).sorted().toArray();
            assertThat(TimeUnit.NANOSECONDS.toMillis(sorted[sorted.length * 99 / 100]))
                    .as("p99 of %d pings, %s", sorted.length, Arrays.toString(sorted))
                    .isLessThan(50);
            await().untilAsserted(
                            () -> assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END")));
        }
    }

    private Node node(MemcachedServer memcached) throws Exception {
        return new Node(
                8,
                new BuyLockFilter(),
                Map.of("memcached", memcached.address(), "waitMillis", "20000"),
                true,
                new Shop());
    }
}
