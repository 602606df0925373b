package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.Parallel;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The sample of the documentation does what the documentation says, on every line of Spring Boot. */
@Timeout(180)
class SampleIT {

    private static final Map<String, String> BUYER =
            Map.of("Content-Type", HttpTestClient.FORM, "Authorization", "Bearer sesame");
    private static final int BUYERS = 40;
    private static final int VIEWERS = 4;
    private static final int VIEWS = 3;

    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void countsLocksAndWritesUntilItHasEnded(Sample sample) throws Exception {
        String database = "sample_" + sample.name().toLowerCase(Locale.ROOT);
        try (MemcachedServer memcached = MemcachedServer.start();
                SampleShop shop = SampleShop.start(sample, memcached, database)) {
            showsTheRoutesOfSpring(shop.client());
            noHeaderOpensTheStatistics(shop.client());
            locksPurchasesBehindAuthentication(shop.client());
            isHealthy(shop.client());
            endsInOrder(shop, database);
        }
    }

    private static void showsTheRoutesOfSpring(HttpTestClient client) throws Exception {
        for (int id = 1; id <= 5; id++) {
            assertThat(client.get("/items/" + id).status()).isEqualTo(200);
            assertThat(client.get("/later/" + id).text()).isEqualTo("item " + id);
        }
        assertThat(client.get("/items/101").status()).isEqualTo(404);
        assertThat(client.get("/broken").status()).isEqualTo(500);

        JsonNode stats = await().until(
                        () -> client.get("/stats").json(),
                        json -> json.at("/routes/~1broken/count").isNumber());

        assertThat(stats.at("/routes/~1items~1{id}/count").asInt()).isEqualTo(6);
        assertThat(stats.at("/routes/~1later~1{id}/count").asInt()).isEqualTo(5);
        assertThat(stats.at("/window/sampling_factor").asInt()).isEqualTo(10);
        assertThat(stats.at("/request/status_count/404").asInt()).isEqualTo(1);
        assertThat(stats.at("/request/status_count/500").asInt()).isEqualTo(1);
    }

    private static void noHeaderOpensTheStatistics(HttpTestClient client) throws Exception {
        Map<String, String> claim = Map.of("X-Forwarded-For", "127.0.0.1");
        assertThat(client.send("GET", "/stats", claim, "").status()).isEqualTo(403);
    }

    private static void locksPurchasesBehindAuthentication(HttpTestClient client) throws Exception {
        Parallel.run(BUYERS, thread -> {
            HttpReply purchase = client.send("POST", "/buy", BUYER, "item_id=hot");
            assertThat(purchase.status()).as(purchase.text()).isEqualTo(200);
            assertThat(purchase.text()).isEqualTo("bought hot");
        });
        assertThat(client.post("/buy", HttpTestClient.FORM, "item_id=hot").status())
                .isEqualTo(401);

        JsonNode lock = client.get("/stats").json().at("/buylock");
        assertThat(lock.at("/granted").asInt()).isEqualTo(BUYERS);
        assertThat(lock.at("/waited").asInt()).isPositive();
    }

    private static void isHealthy(HttpTestClient client) throws Exception {
        JsonNode health = client.get("/actuator/health").json();
        assertThat(health.at("/components/buyLock/status").asString()).isEqualTo("UP");
        assertThat(health.at("/components/buyLock/details/whenStoreFails").asString())
                .isEqualTo("LOCAL");
        assertThat(health.at("/components/pvPool/status").asString()).isEqualTo("UP");
        assertThat(health.at("/status").asString()).isEqualTo("UP");
        List<String> meters = new ArrayList<>();
        client.get("/actuator/metrics").json().at("/names").forEach(name -> meters.add(name.asString()));
        assertThat(meters)
                .anyMatch(name -> name.startsWith("httpstats."))
                .anyMatch(name -> name.startsWith("buylock."))
                .anyMatch(name -> name.startsWith("pvpool."));
    }

    private static void endsInOrder(SampleShop shop, String database) throws Exception {
        HttpTestClient client = shop.client();
        AtomicLong accepted = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        List<CompletableFuture<Void>> viewers = new ArrayList<>();
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            viewers.add(CompletableFuture.runAsync(() -> view(client, accepted, ended)));
        }
        await().until(() -> accepted.get() > 200);
        List<CompletableFuture<HttpReply>> purchases = new ArrayList<>();
        for (int buyer = 0; buyer < BUYERS; buyer++) {
            purchases.add(client.sendAsync("POST", "/buy", BUYER, "item_id=hot"));
        }
        await().until(() -> client.get("/stats").json().at("/buylock/waiting").asInt() > BUYERS / 2);

        String before = shop.log();
        shop.terminate();

        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpReply> purchase : purchases) {
            statuses.add(purchase.get().status());
        }
        shop.awaitExit();
        ended.set(true);
        for (CompletableFuture<Void> viewer : viewers) {
            viewer.get();
        }
        assertThat(statuses).containsOnly(200, 503);
        assertThat(statuses).filteredOn(status -> status == 503).hasSizeGreaterThan(BUYERS / 4);
        // A view whose answer was lost with its connection may be counted.
        assertThat(writtenViews(database)).isBetween(accepted.get(), accepted.get() + VIEWERS * VIEWS);
        assertThat(shop.log().substring(before.length())).doesNotContain("WARN", "ERROR");
    }

    /** Posts views until the server has ended; each view that is accepted counts. */
    private static void view(HttpTestClient client, AtomicLong accepted, AtomicBoolean ended) {
        while (!ended.get()) {
            try {
                HttpReply reply = client.postAsync("/items/pvc", HttpTestClient.JSON, "{\"item_ids\":[1,2,1]}")
                        .get();
                accepted.addAndGet(reply.status() == 202 ? VIEWS : 0);
            } catch (ExecutionException e) {
                assertThat(e).hasRootCauseInstanceOf(IOException.class);
                return;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static long writtenViews(String database) throws Exception {
        try (Connection connection = MariaDbServer.shared().dataSource(database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet sum = statement.executeQuery("SELECT SUM(pv) FROM item_pv")) {
            sum.next();
            return sum.getLong(1);
        }
    }
}
