package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.NginxServer;
import io.github.doorbuster.testing.Repository;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Two demos behind an nginx with the configuration of docs/deployment. */
@Timeout(60)
class NginxIT {

    private static final String CONFIGURATION = Repository.read("docs/deployment/nginx.conf");
    private static final String FORM = "application/x-www-form-urlencoded";

    private static MariaDbServer mariaDb;

    private MemcachedServer memcached;
    private DemoProcess a;
    private DemoProcess b;
    private ShopClient nodeA;
    private ShopClient nodeB;
    private NginxServer nginx;
    private ShopClient shop;
    private String url;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startDatabase() {
        mariaDb = MariaDbServer.shared();
    }

    @BeforeEach
    void startMemcached() {
        memcached = MemcachedServer.start();
        url = mariaDb.jdbcUrl("nginx_" + Long.toString(System.nanoTime(), Character.MAX_RADIX));
    }

    @AfterEach
    void stop() {
        Stream.of(nginx, a, b, memcached).filter(Objects::nonNull).forEach(NginxIT::close);
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(String configuration, String... options) {
        CompletableFuture<DemoProcess> other = CompletableFuture.supplyAsync(() -> node("b", options));
        a = node("a", options);
        b = other.join();
        nodeA = new ShopClient(a.uri());
        nodeB = new ShopClient(b.uri());
        putInFront(configuration);
    }

    private void putInFront(String configuration) {
        nginx = NginxServer.start(configuration
                .replace("10.0.0.11:8080", a.uri().getAuthority())
                .replace("10.0.0.12:8080", b.uri().getAuthority()));
        shop = new ShopClient(nginx.uri());
    }

    private DemoProcess node(String name, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "--memcached=" + memcached.address(),
                "--jdbc-url=" + url,
                "--jdbc-user=" + mariaDb.user(),
                "--jdbc-password=" + mariaDb.password(),
                "--journal-dir=" + folder.resolve(name)));
        all.addAll(List.of(options));
        return DemoProcess.start(all);
    }

    @Test
    void theShopIsServedByBothNodesAndTheQueueInFrontOfThemIsMeasured() throws Exception {
        start(CONFIGURATION);
        assertThat(shop.get("/").response().body()).contains("<html");
        assertThat(shop.get("/api/items").json().get("items").size()).isEqualTo(12);
        Clients.together(8, number -> {
            for (int i = 0; i < 10; i++) {
                assertThat(shop.buy("2").status()).isEqualTo(200);
                assertThat(shop.view(List.of("2", "m" + number)).status()).isEqualTo(202);
            }
        });

        assertThat(shop.buy("no-such-item").status()).isEqualTo(404);
        take("2", 0);
        assertThat(shop.buy("2").status()).isEqualTo(409);
        assertThat(bought(nodeA) + bought(nodeB)).isEqualTo(80);
        assertThat(bought(nodeA)).isPositive();
        assertThat(bought(nodeB)).isPositive();
        await().untilAsserted(() -> assertThat(shop.views(List.of("2", "m3")))
                .containsEntry("2", 80L)
                .containsEntry("m3", 10L));
        JsonNode queue = nodeA.stats().get("queue");
        assertThat(queue.get("samples").asLong()).isPositive();
        assertThat(queue.at("/percentiles/99.9").asDouble(-1)).isBetween(0.0, 60.0);
    }

    @Test
    void whatIsForThoseWhoRunTheShopIsNotShownToItsVisitors() throws Exception {
        start(CONFIGURATION);
        for (String path : List.of(
                "/stats",
                "/stats?format=json",
                "/stats/",
                "/stats;a=b",
                "/.//stats",
                "/%73tats",
                "/./stats",
                "/x/../stats",
                "/hc",
                "/console")) {
            ShopClient.Answer answer = shop.get(path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.json().has("error")).as(path).isTrue();
        }
        // Where a proxy lets everything through, a node still refuses what is not of its own machine.
        nginx.close();
        putInFront(CONFIGURATION.replace("^/(stats|console|hc)", "^/(console|hc)"));
        ShopClient.Answer refused = shop.get("/stats");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().get("error").asString()).contains("a proxy forwarded this request");
    }

    @Test
    void refusalsPassThroughWithTheirRetryAfter() throws Exception {
        start(CONFIGURATION, "--purchase-millis=6500");
        CompletableFuture<Integer> first = buyInBackground("3");
        await().until(() -> holding(nodeA) + holding(nodeB) == 1);

        ShopClient.Answer second = shop.buy("3");

        assertThat(second.status()).isEqualTo(503);
        assertThat(second.response().headers().firstValue("Retry-After")).contains("1");
        assertThat(second.json().get("error").asString()).startsWith("others are purchasing this item");
        assertThat(first.get()).isEqualTo(200);
    }

    @Test
    void aPurchaseWhoseNodeDiesIsNotRepeatedAndGetsGoOn() throws Exception {
        start(CONFIGURATION, "--purchase-millis=3000");
        CompletableFuture<ShopClient.Answer> purchase = CompletableFuture.supplyAsync(() -> buy("4"));
        await().until(() -> holding(nodeA) + holding(nodeB) == 1);
        boolean onA = holding(nodeA) == 1;
        ShopClient survivor = onA ? nodeB : nodeA;

        (onA ? a : b).close();

        ShopClient.Answer lost = purchase.get(10, TimeUnit.SECONDS);
        assertThat(lost.status()).isEqualTo(502);
        assertThat(lost.json().get("error").asString()).contains("look at your orders");
        assertThat(lost.response().headers().firstValue("Retry-After")).isEmpty();
        for (int i = 0; i < 10; i++) {
            assertThat(shop.get("/api/items").status()).isEqualTo(200);
        }
        assertThat(survivor.stats().at("/buylock/granted").asInt()).isZero();
        assertThat(purchases("4")).isZero();

        // What has not been sent yet goes to the node that lives; the dead one's lease keeps other items free.
        assertThat(shop.buy("5").status()).isEqualTo(200);
        (onA ? b : a).close();
        ShopClient.Answer noNode = shop.get("/api/items");
        assertThat(noNode.status()).isEqualTo(503);
        assertThat(noNode.response().headers().firstValue("Retry-After")).contains("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/buy:16384", "/items/pvc:131072"})
    void aBodyAboveTheLimitOfItsPartReachesNoNode(String pathAndLimit) throws Exception {
        start(CONFIGURATION);
        String path = pathAndLimit.split(":")[0];
        int limit = Integer.parseInt(pathAndLimit.split(":")[1]);
        String body = "item_id=1&comment=";
        String within = body + "x".repeat(limit - body.length());

        assertThat(send(path, within).status()).isIn(200, 415);
        ShopClient.Answer tooLarge = send(path, within + "x");
        assertThat(send(path, within).status()).isIn(200, 415);

        assertThat(tooLarge.status()).isEqualTo(413);
        assertThat(tooLarge.json().get("error").asString()).isEqualTo("the body is too large");
        await().untilAsserted(() ->
                assertThat(requests(nodeA, path) + requests(nodeB, path)).isEqualTo(2));
    }

    @Test
    void whoBuysTooOftenIsToldToWaitWhereThatIsTurnedOn() throws Exception {
        String limited = CONFIGURATION.replace("# limit_req", "limit_req");
        assertThat(limited).isNotEqualTo(CONFIGURATION);
        start(limited, "--purchase-millis=0");
        Clients.together(8, number -> {
            for (int i = 0; i < 5; i++) {
                shop.buy("6");
            }
        });

        assertThat(shop.statuses()).containsOnlyKeys(200, 429);
        assertThat(shop.statuses().get(200)).isGreaterThanOrEqualTo(10L);
        ShopClient.Answer refused = await().until(() -> shop.buy("6"), answer -> answer.status() == 429);
        assertThat(refused.response().headers().firstValue("Retry-After")).contains("1");
    }

    private ShopClient.Answer send(String path, String body) throws IOException, InterruptedException {
        return shop.send("POST", path, FORM, BodyPublishers.ofString(body));
    }

    private ShopClient.Answer buy(String item) {
        try {
            return shop.buy(item);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<Integer> buyInBackground(String item) {
        return CompletableFuture.supplyAsync(() -> buy(item).status());
    }

    private static long bought(ShopClient node) throws IOException, InterruptedException {
        return node.stats().at("/shop/bought").asLong();
    }

    private static long holding(ShopClient node) throws IOException, InterruptedException {
        return node.stats().at("/buylock/holding").asLong();
    }

    private static long requests(ShopClient node, String path) throws IOException, InterruptedException {
        return node.stats().get("routes").path(path).path("count").asLong();
    }

    private void take(String item, int stock) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, mariaDb.user(), mariaDb.password());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE item SET stock = %d WHERE id = '%s'".formatted(stock, item));
        }
    }

    private int purchases(String item) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, mariaDb.user(), mariaDb.password())) {
            return PurchaseLog.read(connection, item).size();
        }
    }
}
