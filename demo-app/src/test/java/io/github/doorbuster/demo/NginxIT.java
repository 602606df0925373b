package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.NginxServer;
import io.github.doorbuster.testing.Parallel;
import io.github.doorbuster.testing.Repository;
import io.github.doorbuster.testing.Runbook;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two demos behind nginx with the configuration in docs/deployment. */
@Timeout(120)
class NginxIT {

    private static final String CONFIGURATION = Repository.read("docs/deployment/nginx.conf");
    private static final String FORM = HttpTestClient.FORM;

    @TempDir
    private static Path folder;

    private static TwoNodes quick;
    private static NginxServer shared;

    @BeforeAll
    static void startQuickNodes() {
        quick = TwoNodes.start(folder.resolve("quick"), "--purchase-millis=0");
        shared = quick.behind(CONFIGURATION);
    }

    @AfterAll
    static void stopQuickNodes() {
        shared.close();
        quick.close();
    }

    @Test
    void bothNodesServeAndMeasureTheQueueTime() throws Exception {
        try (NginxServer nginx = quick.behind(CONFIGURATION)) {
            DemoClient shop = new DemoClient(nginx.uri());
            assertThat(shop.get("/").text()).contains("<html");
            assertThat(shop.get("/api/items").json().get("items").size()).isEqualTo(12);
            Parallel.run(8, thread -> {
                for (int i = 0; i < 10; i++) {
                    assertThat(shop.buy("2").status()).isEqualTo(200);
                    assertThat(shop.view(List.of("2", "m" + thread)).status()).isEqualTo(202);
                }
            });

            assertThat(shop.buy("no-such-item").status()).isEqualTo(404);
            try (Connection database = quick.database().connection();
                    Statement statement = database.createStatement()) {
                assertThat(PurchaseLog.read(database, "2").size()).isEqualTo(80);
                statement.executeUpdate("UPDATE item SET stock = 0 WHERE id = '2'");
            }
            assertThat(shop.buy("2").status()).isEqualTo(409);
            for (DemoClient node : nodes(quick)) {
                assertThat(node.stats().at("/shop/bought").asLong()).isPositive();
                assertThat(node.stats().at("/queue_time/samples").asLong()).isPositive();
                assertThat(node.stats().at("/queue_time/max").asDouble(-1)).isBetween(0.0, 60.0);
            }
            await().untilAsserted(() -> assertThat(shop.views(List.of("2", "m3")))
                    .containsEntry("2", 80L)
                    .containsEntry("m3", 10L));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stats",
                "/stats?format=json",
                "/stats/",
                "/stats;a=b",
                "/.//stats",
                "/%73tats",
                "/./stats",
                "/x/../stats",
                "/hc",
                "/console"
            })
    void hidesOperatorPathsFromVisitors(String path) throws Exception {
        HttpReply answer = new DemoClient(shared.uri()).get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("error").asString()).isEqualTo("there is nothing at this path");
    }

    @Test
    void theNodeRejectsForwardedStats() throws Exception {
        try (NginxServer open = quick.behind(CONFIGURATION.replace("^/(stats|console|hc)", "^/(console|hc)"))) {
            HttpReply rejected = new DemoClient(open.uri()).get("/stats");

            assertThat(rejected.status()).isEqualTo(403);
            assertThat(rejected.json().get("error").asString()).contains("this request came through a proxy");
        }
    }

    @Test
    void passesRejectionsThrough() throws Exception {
        DemoClient shop = new DemoClient(shared.uri());
        CompletableFuture<HttpReply> first;
        try (Connection database = quick.database().connection()) {
            lockRow(database, "3");
            first = buyMeanwhile(shop, "3");
            await().until(() -> holding(quick) == 1);

            HttpReply second = shop.buy("3");

            assertThat(second.status()).isEqualTo(503);
            assertThat(second.header("Retry-After")).isEqualTo("1");
            assertThat(Repository.read("docs/buylock.md")).contains("\n" + second.text() + "\n");
            database.rollback();
        }
        assertThat(first.get().status()).isEqualTo(200);
    }

    @Test
    void repeatsNoPurchaseOfADeadNode() throws Exception {
        try (TwoNodes nodes = TwoNodes.start(folder.resolve("killed"));
                NginxServer nginx = nodes.behind(CONFIGURATION);
                Connection database = nodes.database().connection()) {
            DemoClient shop = new DemoClient(nginx.uri());
            lockRow(database, "4");
            CompletableFuture<HttpReply> purchase = buyMeanwhile(shop, "4");
            await().until(() -> holding(nodes) == 1);
            boolean onA = nodes(nodes).get(0).stats().at("/buylock/holding").asLong() == 1;
            DemoClient survivor = nodes(nodes).get(onA ? 1 : 0);

            (onA ? nodes.a() : nodes.b()).close();

            HttpReply lost = purchase.get();
            assertThat(lost.status()).isEqualTo(502);
            assertThat(lost.json().get("error").asString()).contains("look at your orders");
            assertThat(lost.header("Retry-After")).isEmpty();
            for (int i = 0; i < 10; i++) {
                assertThat(shop.get("/api/items").status()).isEqualTo(200);
            }
            assertThat(survivor.stats().at("/buylock/granted").asInt()).isZero();
            database.rollback();
            assertThat(PurchaseLog.read(database, "4").size()).isZero();
            // nginx sends a new request to the other node.
            assertThat(shop.buy("5").status()).isEqualTo(200);

            (onA ? nodes.b() : nodes.a()).close();
            HttpReply noNode = shop.get("/api/items");
            assertThat(noNode.status()).isEqualTo(503);
            assertThat(noNode.header("Retry-After")).isEqualTo("1");
            Runbook.assertLogged("nginx answers 502 or 503", nginx.errorLog());
            Runbook.assertLogged("purchase gets 502", nginx.errorLog());
        }
    }

    @ParameterizedTest
    @CsvSource({"/buy, 16384", "/items/pvc, 131072"})
    void rejectsALargeBodyItself(String path, int limit) throws Exception {
        DemoClient shop = new DemoClient(shared.uri());
        String form = "item_id=1&comment=";
        String within = form + "x".repeat(limit - form.length());
        long before = requests(path);

        assertThat(send(shop, path, within).status()).isIn(200, 415);
        HttpReply tooLarge = send(shop, path, within + "x");
        assertThat(send(shop, path, within).status()).isIn(200, 415);

        assertThat(tooLarge.status()).isEqualTo(413);
        assertThat(tooLarge.json().get("error").asString()).isEqualTo("the body is too large");
        await().untilAsserted(() -> assertThat(requests(path)).isEqualTo(before + 2));
    }

    @Test
    void limitsPurchasesPerAddressIfTurnedOn() throws Exception {
        String limited = CONFIGURATION.replace("# limit_req", "limit_req");
        assertThat(limited).isNotEqualTo(CONFIGURATION);
        try (NginxServer nginx = quick.behind(limited)) {
            DemoClient shop = new DemoClient(nginx.uri());
            Parallel.run(8, thread -> {
                for (int i = 0; i < 5; i++) {
                    shop.buy("6");
                }
            });

            assertThat(shop.statuses()).containsOnlyKeys(200, 429);
            assertThat(shop.statuses().get(200)).isGreaterThanOrEqualTo(10L);
            HttpReply rejected = await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> shop.buy("no-such-item"), answer -> answer.status() == 429);
            assertThat(rejected.header("Retry-After")).isEqualTo("1");
        }
    }

    /** Locks a row, as a slow purchase does, until the transaction ends. */
    private static void lockRow(Connection database, String item) throws SQLException {
        database.setAutoCommit(false);
        try (Statement statement = database.createStatement()) {
            statement.executeQuery("SELECT stock FROM item WHERE id = '%s' FOR UPDATE".formatted(item));
        }
    }

    private static CompletableFuture<HttpReply> buyMeanwhile(DemoClient shop, String item) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return shop.buy(item);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static List<DemoClient> nodes(TwoNodes nodes) {
        return List.of(new DemoClient(nodes.a().uri()), new DemoClient(nodes.b().uri()));
    }

    private static long holding(TwoNodes nodes) throws IOException, InterruptedException {
        long holding = 0;
        for (DemoClient node : nodes(nodes)) {
            holding += node.stats().at("/buylock/holding").asLong();
        }
        return holding;
    }

    /** {@return how many requests for a path have reached the nodes} */
    private static long requests(String path) throws IOException, InterruptedException {
        long requests = 0;
        for (DemoClient node : nodes(quick)) {
            requests += node.stats().get("routes").path(path).path("count").asLong();
        }
        return requests;
    }

    private static HttpReply send(DemoClient shop, String path, String body) throws IOException, InterruptedException {
        return shop.send("POST", path, FORM, body);
    }
}
