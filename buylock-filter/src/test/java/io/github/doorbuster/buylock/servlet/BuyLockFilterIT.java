package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockSnapshot;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.Rejection;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BuyLockFilterIT {

    private final Shop shop = new Shop();

    /** Holds each purchase until it is let go, and watches that there is never a second one. */
    @SuppressWarnings("serial")
    private static final class Shop extends HttpServlet {
        private static final long serialVersionUID = 1L;

        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger mostInside = new AtomicInteger();
        private final AtomicInteger bought = new AtomicInteger();
        private volatile CountDownLatch door = new CountDownLatch(0);
        private volatile boolean leaseHeld;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            if (!request.getMethod().equals("POST")) {
                response.getWriter().print("looked");
                return;
            }
            mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                door.await(10, TimeUnit.SECONDS);
                leaseHeld = request.getAttribute(BuyLockFilter.GRANT) instanceof Grant grant && grant.leaseHolds();
                bought.incrementAndGet();
                if (request.getHeader("X-Echo") != null) {
                    request.getReader().transferTo(response.getWriter());
                    return;
                }
                response.setCharacterEncoding("UTF-8");
                response.getWriter().print(request.getParameter("item_id") + " by " + request.getParameter("who"));
            } catch (InterruptedException e) {
                throw new ServletException(e);
            } finally {
                inside.decrementAndGet();
            }
        }

        void shut() {
            door = new CountDownLatch(1);
        }

        void open() {
            door.countDown();
        }
    }

    private Node node(Map<String, String> initParams) throws Exception {
        return new Node(8, new BuyLockFilter(), initParams, true, shop);
    }

    @SuppressWarnings("unchecked")
    private static BuyLockSnapshot section(Node node) {
        return ((Supplier<BuyLockSnapshot>) node.context().getServletContext().getAttribute("stats.buylock")).get();
    }

    @Test
    void aPurchaseGoesThroughWithItsFormAndItsLease() throws Exception {
        try (Node node = node(Map.of())) {
            HttpResponse<String> response = node.buy("item_id=42&who=J%C3%BCrgen+K");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("42 by Jürgen K");
            assertThat(shop.leaseHeld).isTrue();
            await().untilAsserted(() -> assertThat(section(node).items()).isZero());
            assertThat(section(node).granted()).isEqualTo(1);
        }
    }

    @Test
    void manyPurchasesOfOneItemNeverOverlapAndWaitWithoutAThread() throws Exception {
        try (Node node = node(Map.of("waitMillis", "20000"))) {
            shop.shut();
            List<CompletableFuture<HttpResponse<String>>> purchases = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                purchases.add(node.buyLater("item_id=42&who=" + i));
            }
            await().untilAsserted(() -> assertThat(section(node).waiting()).isEqualTo(199));
            assertThat(node.send(node.at("/ping")).statusCode()).isEqualTo(405);
            shop.open();

            assertThat(purchases)
                    .allSatisfy(purchase -> assertThat(
                                    purchase.get(20, TimeUnit.SECONDS).statusCode())
                            .isEqualTo(200));
            assertThat(shop.mostInside).hasValue(1);
            assertThat(shop.bought).hasValue(200);
            assertThat(section(node).waited()).isEqualTo(199);
        }
    }

    @Test
    void aJsonBodyIsLockedByItsFieldAndReachesTheApplicationUnread() throws Exception {
        try (Node node = node(Map.of("itemId", "json:order.item_id"))) {
            String body = "{\"order\": {\"item_id\": 42}}";
            assertThat(node.send(node.at("/buy")
                                    .header("Content-Type", "application/json")
                                    .header("X-Echo", "yes")
                                    .POST(BodyPublishers.ofString(body)))
                            .body())
                    .isEqualTo(body);
            assertThat(node.send(node.at("/buy")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"order\": ")))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(section(node).granted()).isEqualTo(1);
        }
    }

    @Test
    void whenTheWaitIsOverTheAnswerIs503WithRetryAfter() throws Exception {
        try (Node node = node(Map.of("waitMillis", "100", "retryAfterSeconds", "7"))) {
            shop.shut();
            CompletableFuture<HttpResponse<String>> first = node.buyLater("item_id=42&who=first");
            await().untilAsserted(() -> assertThat(shop.inside).hasValue(1));

            HttpResponse<String> second = node.buy("item_id=42&who=second");

            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.headers().firstValue("Retry-After")).hasValue("7");
            assertThat(second.headers().firstValue("Content-Type")).hasValue("application/json;charset=utf-8");
            assertThat(second.body()).isEqualTo("{\"error\":\"others are purchasing this item; try again in 7 s\"}");
            shop.open();
            assertThat(first.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(section(node).rejected()).containsEntry(Rejection.LOCKED, 1L);
        }
    }

    @Test
    void badItemIdsAre400AndLockNothing() throws Exception {
        try (Node node = node(Map.of())) {
            Map<String, String> bad = Map.of(
                    "",
                    "no item id",
                    "item_id=",
                    "no item id",
                    "item_id=+",
                    "no item id",
                    "who=me",
                    "no item id",
                    "item_id=1&item_id=1",
                    "2 item ids",
                    "item_id=a%0Ab",
                    "control characters, \\\"a?b\\\"",
                    "item_id=a%0A",
                    "control characters",
                    "item_id=" + "x".repeat(10_000),
                    "10000 characters",
                    "item_id=%zz",
                    "cannot be decoded");
            for (Map.Entry<String, String> form : bad.entrySet()) {
                HttpResponse<String> response = node.buy(form.getKey());
                assertThat(response.statusCode()).as(form.getKey()).isEqualTo(400);
                assertThat(response.body()).startsWith("{\"error\":\"").contains(form.getValue());
                assertThat(response.body().length()).isLessThan(250);
            }
            assertThat(node.send(node.at("/buy?item_id=43")
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(BodyPublishers.ofString("item_id=42")))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(node.send(node.at("/buy")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"item_id\":42}")))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(section(node).granted()).isZero();
            assertThat(shop.bought).hasValue(0);
        }
    }

    @Test
    void aBodyThatIsTooLongIs413() throws Exception {
        try (Node node = node(Map.of("maxBodyBytes", "1000"))) {
            assertThat(node.buy("item_id=42&x=" + "y".repeat(987)).statusCode()).isEqualTo(200);
            HttpResponse<String> tooLong = node.buy("item_id=42&x=" + "y".repeat(988));
            assertThat(tooLong.statusCode()).isEqualTo(413);
            assertThat(tooLong.body()).contains("1000 bytes");

            HttpResponse<String> withoutLength = node.send(node.at("/buy")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream("item_id=42&x="
                            .concat("y".repeat(988))
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))));
            assertThat(withoutLength.statusCode()).isEqualTo(413);
            assertThat(section(node).granted()).isEqualTo(1);
        }
    }

    @Test
    void otherMethodsPass() throws Exception {
        try (Node node = node(Map.of())) {
            assertThat(node.send(node.at("/buy")).body()).isEqualTo("looked");
            assertThat(section(node).granted()).isZero();
        }
    }

    @Test
    void withoutAsyncSupportATakenItemIs503AtOnce() throws Exception {
        try (Node node = new Node(8, new BuyLockFilter(), Map.of(), false, shop)) {
            shop.shut();
            CompletableFuture<HttpResponse<String>> first = node.buyLater("item_id=42");
            await().untilAsserted(() -> assertThat(shop.inside).hasValue(1));

            assertThat(node.buy("item_id=42").statusCode()).isEqualTo(503);
            shop.open();
            assertThat(first.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aLockThatWasPassedInStaysOpen() throws Exception {
        try (InMemoryLockStore store = new InMemoryLockStore();
                BuyLock lock = BuyLock.builder().store(store).build()) {
            try (Node node = new Node(8, new BuyLockFilter(lock), Map.of("maxBodyBytes", "2000"), true, shop)) {
                assertThat(node.buy("item_id=42").statusCode()).isEqualTo(200);
            }
            assertThat(lock.acquire("42").get(1, TimeUnit.SECONDS).leaseHolds()).isTrue();
        }
    }

    @Test
    void aWrongInitParamStopsTheStartWithOneReadableLine() {
        Map<Map<String, String>, String> wrong = Map.of(
                Map.of("leaseSeconds", "2"), "init-param leaseSeconds=2: must be between 3 and 86400; memcached counts",
                Map.of("leaseSeconds", "soon"), "init-param leaseSeconds=soon: must be a whole number",
                Map.of("lease", "5"), "init-param lease: no such key; the keys are handOvers, itemId, keyPrefix,",
                Map.of("whenStoreFails", "PANIC"),
                        "init-param whenStoreFails=PANIC: must be one of [LOCAL, REJECT, ALLOW]",
                Map.of("memcached", "nowhere"), "init-param memcached=nowhere: must be host:port",
                Map.of("itemId", "cookie:x"), "init-param itemId=cookie:x: must be");
        wrong.forEach((params, message) -> assertThatThrownBy(() -> node(params).close())
                .isInstanceOf(ServletException.class)
                .hasMessageStartingWith(message));
    }
}
