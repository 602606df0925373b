package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.containers.ServletContainer.DeploymentFailed;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.KitThreads;
import io.github.doorbuster.testing.LogCapture;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.RawHttpClient;
import io.github.doorbuster.testing.Runbook;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code BuyLockFilter} with its leases in a real memcached. */
@OnEveryContainer
class BuyLockFilterContainerIT {

    private static final EnumSet<DispatcherType> REQUEST_AND_ASYNC =
            EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC);

    private static MemcachedServer memcached;

    private final ServletContainer container;
    private final ExecutorService clients = Executors.newCachedThreadPool();

    BuyLockFilterContainerIT(ContainerVersion version) {
        container = version.running();
    }

    @BeforeAll
    static void startMemcached() {
        memcached = MemcachedServer.start();
    }

    @AfterAll
    static void endMemcached() {
        memcached.close();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
        clients.shutdownNow();
        await().untilAsserted(() -> assertThat(KitThreads.alive()).isEmpty());
    }

    @Test
    void runsOnePurchaseAtATimeWhileWaitersHoldNoThread() throws Exception {
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        CountDownLatch firstRuns = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        deploy(Map.of("waitMillis", "60000"), (request, response) -> {
            if (atOnce.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
            }
            firstRuns.countDown();
            Latches.await(firstMayEnd);
            atOnce.decrementAndGet();
        });

        List<Future<HttpReply>> purchases = new ArrayList<>();
        purchases.add(buyInBackground("item_id=hot"));
        Latches.await(firstRuns);
        for (int i = 0; i < 5 * ContainerVersion.THREADS; i++) {
            purchases.add(buyInBackground("item_id=hot"));
        }
        for (int i = 0; i < ContainerVersion.THREADS; i++) {
            assertThat(RawHttpClient.get(container.uri(), "/ping").status()).isEqualTo(200);
        }
        firstMayEnd.countDown();

        for (Future<HttpReply> purchase : purchases) {
            assertThat(purchase.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        assertThat(overlaps).hasValue(0);
        assertNoLease("hot");
    }

    @Test
    void servesWaitersInOrderAcrossTurns() throws Exception {
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        // A purchase that has a thread already is served before those in front of it that have none.
        Map<String, String> params = Map.of("waitMillis", "60000", "handOvers", "3", "standbyThreads", "0");
        deploy(params, (request, response) -> {
            order.add(request.getParameter("who"));
            Latches.await(firstMayEnd);
        });

        List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
        List<Future<HttpReply>> purchases = new ArrayList<>();
        for (String name : names) {
            purchases.add(buyInBackground("item_id=hot&who=" + name));
            await().until(() -> !order.isEmpty());
            awaitWaiters(purchases.size() - 1);
        }
        firstMayEnd.countDown();

        for (Future<HttpReply> purchase : purchases) {
            assertThat(purchase.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        assertThat(order).containsExactlyElementsOf(names);
    }

    @Test
    void rejectsAfterTheWaitAndServesTheRetry() throws Exception {
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        CountDownLatch firstRuns = new CountDownLatch(1);
        deploy(Map.of("waitMillis", "100"), (request, response) -> {
            firstRuns.countDown();
            Latches.await(firstMayEnd);
        });

        Future<HttpReply> first = buyInBackground("item_id=7");
        Latches.await(firstRuns);
        HttpReply second = RawHttpClient.postForm(container.uri(), "/buy", "item_id=7");
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.headers().get("Retry-After")).matches("\\d+");
        assertThat(second.headers().get("Content-Type").replace(" ", "")).isEqualTo("application/json;charset=utf-8");
        assertThat(second.text()).startsWith("{\"error\":");

        firstMayEnd.countDown();
        assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(RawHttpClient.postForm(container.uri(), "/buy", "item_id=7").status())
                .isEqualTo(200);
        assertNoLease("7");
    }

    @Test
    void otherItemsAndPathsDoNotWait() throws Exception {
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        CountDownLatch firstRuns = new CountDownLatch(1);
        deploy(Map.of(), (request, response) -> {
            if (request.getParameter("item_id").equals("1")) {
                firstRuns.countDown();
                Latches.await(firstMayEnd);
            }
        });
        Future<HttpReply> first = buyInBackground("item_id=1");
        Latches.await(firstRuns);
        assertThat(RawHttpClient.postForm(container.uri(), "/buy", "item_id=2").status())
                .isEqualTo(200);
        assertThat(RawHttpClient.get(container.uri(), "/ping").status()).isEqualTo(200);
        firstMayEnd.countDown();
        assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "read by {0}, after a wait: {1}")
    @CsvSource({"stream,false", "stream,true", "reader,false", "reader,true", "parameters,false", "parameters,true"})
    void theApplicationReadsTheBodyAsSent(String way, boolean afterWait) throws Exception {
        String form = "item_id=b%2F1&note=%E6%97%A5%E6%9C%AC+%26x&note=second&empty=";
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        CountDownLatch firstRuns = new CountDownLatch(1);
        deploy(Map.of("waitMillis", "60000"), (request, response) -> {
            if ("hold".equals(request.getHeader("X-Hold"))) {
                firstRuns.countDown();
                Latches.await(firstMayEnd);
                return;
            }
            response.setCharacterEncoding("UTF-8");
            response.getWriter().print(read(request, way));
        });

        Future<HttpReply> first = null;
        if (afterWait) {
            Map<String, String> headers = Map.of("X-Hold", "hold", "Content-Type", HttpTestClient.FORM);
            first = clients.submit(() -> RawHttpClient.send(container.uri(), "POST", "/buy", headers, "item_id=b%2F1"));
            Latches.await(firstRuns);
        }
        Future<HttpReply> purchase = buyInBackground(form);
        if (first != null) {
            awaitWaiters(1);
            firstMayEnd.countDown();
            assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        HttpReply answer = purchase.get(60, TimeUnit.SECONDS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(way.equals("parameters") ? "b/1|[日本 &x, second]|[]" : form);
    }

    @Test
    void triesOnceWithoutAsyncSupport() throws Exception {
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        CountDownLatch firstRuns = new CountDownLatch(1);
        container.deploy(context -> {
            FilterRegistration.Dynamic before =
                    context.addFilter("not-async", (request, response, chain) -> chain.doFilter(request, response));
            before.setAsyncSupported(false);
            before.addMappingForUrlPatterns(REQUEST_AND_ASYNC, false, "/*");
            register(context, Map.of("waitMillis", "60000"), (request, response) -> {
                firstRuns.countDown();
                Latches.await(firstMayEnd);
            });
        });
        try (LogCapture log = new LogCapture("io.github.doorbuster")) {
            Future<HttpReply> first = buyInBackground("item_id=9");
            Latches.await(firstRuns);
            assertThat(RawHttpClient.postForm(container.uri(), "/buy", "item_id=9")
                            .status())
                    .isEqualTo(503);
            firstMayEnd.countDown();
            assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertNoLease("9");
            Runbook.assertLogged("503 at once", log.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other=1", "item_id=", "item_id=1&item_id=2", "item_id=a%0Ab", "item_id=%ZZ"})
    void rejectsABadItemId(String form) throws Exception {
        AtomicInteger purchases = new AtomicInteger();
        deploy(Map.of(), (request, response) -> purchases.incrementAndGet());
        HttpReply answer = RawHttpClient.postForm(container.uri(), "/buy", form);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).startsWith("{\"error\":");
        assertThat(purchases).hasValue(0);
    }

    @Test
    void rejectsATooLargeBody() throws Exception {
        AtomicInteger purchases = new AtomicInteger();
        deploy(Map.of("maxBodyBytes", "100"), (request, response) -> purchases.incrementAndGet());
        HttpReply answer = RawHttpClient.postForm(container.uri(), "/buy", "item_id=1&x=" + "y".repeat(100));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).startsWith("{\"error\":").contains("100");
        assertThat(purchases).hasValue(0);
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {10, 20_000})
    void rejectsAMultipartForm(int length) throws Exception {
        AtomicInteger purchases = new AtomicInteger();
        deploy(Map.of(), (request, response) -> purchases.incrementAndGet());
        String body = "--x\r\nContent-Disposition: form-data; name=\"item_id\"\r\n\r\n" + "4".repeat(length)
                + "\r\n--x--\r\n";
        HttpReply answer = RawHttpClient.send(
                container.uri(), "POST", "/buy", Map.of("Content-Type", "multipart/form-data; boundary=x"), body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("multipart/form-data", "send the form as application/x-www-form-urlencoded");
        assertThat(purchases).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"leaseSeconds=2", "leaseSeconds=soon", "leaseSecond=", "whenStoreFails=MAYBE"})
    void aBadSettingFailsTheStart(String setting) {
        String key = setting.substring(0, setting.indexOf('='));
        assertThatThrownBy(() ->
                        deploy(Map.of(key, setting.substring(setting.indexOf('=') + 1)), (request, response) -> {}))
                .isInstanceOf(DeploymentFailed.class)
                .hasMessageContaining(setting.replaceFirst("=$", "") + ": ")
                .hasMessageNotContaining("\n");
    }

    private void deploy(Map<String, String> initParams, Servlets.Service buy) throws DeploymentFailed {
        container.deploy(context -> register(context, initParams, buy));
    }

    private static void register(ServletContext context, Map<String, String> initParams, Servlets.Service buy) {
        Map<String, String> all = new HashMap<>(initParams);
        all.put("memcached", memcached.address());
        Servlets.purchaseFilter(context, new BuyLockFilter(), all);
        Servlets.servlet(context, "/buy", buy);
        Servlets.servlet(context, "/ping", (request, response) -> response.setStatus(200));
        Servlets.servlet(
                context,
                "/waiting",
                (request, response) ->
                        response.getWriter().print(Snapshots.buyLock(context).waiting()));
    }

    private Future<HttpReply> buyInBackground(String form) {
        Callable<HttpReply> purchase = () -> RawHttpClient.postForm(container.uri(), "/buy", form);
        return clients.submit(purchase);
    }

    private void awaitWaiters(int number) {
        await().untilAsserted(() -> assertThat(
                        RawHttpClient.get(container.uri(), "/waiting").text())
                .isEqualTo(Integer.toString(number)));
    }

    private static void assertNoLease(String item) {
        await().untilAsserted(
                        () -> assertThat(memcached.command("get buy/" + item)).containsExactly("END"));
    }

    private static String read(HttpServletRequest request, String way) throws IOException {
        return switch (way) {
            case "stream" -> new String(request.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            case "reader" -> request.getReader().readLine();
            default ->
                request.getParameter("item_id")
                        + "|" + List.of(request.getParameterValues("note"))
                        + "|" + List.of(request.getParameterValues("empty"));
        };
    }
}
