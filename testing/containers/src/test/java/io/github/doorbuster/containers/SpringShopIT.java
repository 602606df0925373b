package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The kit in Spring Boot 4, registered as the documentation tells. */
@Timeout(60)
class SpringShopIT {

    private MemcachedServer memcached;
    private ConfigurableApplicationContext shop;
    private URI uri;

    @BeforeEach
    void start() {
        memcached = MemcachedServer.start();
        MariaDbServer mariaDb = MariaDbServer.shared();
        SpringApplication application = new SpringApplication(SpringShop.class);
        application.setDefaultProperties(Map.of(
                "server.address", "127.0.0.1",
                "server.port", "0",
                "shop.memcached", memcached.address(),
                "shop.jdbc-url", mariaDb.jdbcUrl("spring_shop"),
                "shop.jdbc-user", mariaDb.user(),
                "shop.jdbc-password", mariaDb.password()));
        shop = application.run();
        uri = URI.create("http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port"));
    }

    @AfterEach
    void end() {
        shop.close();
        memcached.close();
        await().untilAsserted(() -> assertThat(Threads.ofOurs()).isEmpty());
    }

    @Test
    void runsOnSpringBoot4AndTomcat11() {
        assertThat(SpringBootVersion.getVersion()).startsWith("4.");
        assertThat(ServerInfo.getServerNumber()).startsWith("11.");
    }

    @Test
    void everyRequestIsCountedOnceWithItsStatus() throws IOException {
        assertThat(Wire.post(uri, "/buy", "item_id=1").status()).isEqualTo(200);
        assertThat(Wire.post(uri, "/buy/later", "item_id=1").status()).isEqualTo(200);
        assertThat(Wire.get(uri, "/missing").status()).isEqualTo(404);
        assertThat(Wire.post(uri, "/fail", "").status()).isEqualTo(500);

        await().untilAsserted(() -> {
            JsonNode counts = stats().at("/request/status_count");
            assertThat(counts.get("404").asInt()).isEqualTo(1);
            assertThat(counts.get("500").asInt()).isEqualTo(1);
        });
    }

    @Test
    void purchasesOfOneItemQueueUpAndAllAreServed() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(20);
        List<Future<Wire.Answer>> purchases = IntStream.range(0, 40)
                .mapToObj(i -> i % 2 == 0 ? "/buy" : "/buy/later")
                .map(path -> clients.submit(() -> Wire.post(uri, path, "item_id=hot")))
                .toList();
        for (Future<Wire.Answer> purchase : purchases) {
            assertThat(purchase.get().status()).isEqualTo(200);
            assertThat(purchase.get().text()).startsWith("bought hot");
        }
        clients.shutdown();

        await().untilAsserted(() -> {
            assertThat(stats().at("/buylock/granted").asInt()).isEqualTo(40);
            assertThat(stats().at("/buylock/holding").asInt()).isZero();
        });
    }

    @Test
    void viewsGoToTheDataSourceOfTheApplication() throws IOException {
        Wire.Answer views = Wire.send(
                uri,
                "POST",
                "/items/pvc",
                Map.of("Content-Type", "application/json"),
                Wire.bytes("{\"item_ids\":[\"a\",\"b\",\"a\"]}"));
        assertThat(views.status()).isEqualTo(202);
        await().untilAsserted(() ->
                assertThat(stats().at("/pvpool/written_views").asInt()).isEqualTo(3));
    }

    private JsonNode stats() throws IOException {
        return JsonMapper.shared().readTree(Wire.get(uri, "/stats").body());
    }
}
