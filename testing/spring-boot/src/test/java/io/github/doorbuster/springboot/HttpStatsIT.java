package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class HttpStatsIT {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start() {
        application = SpringApplication.run(
                ShopApplication.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void everyRequestIsCountedOnceUnderThePatternSpringMatched() throws Exception {
        for (int id = 1; id <= 5; id++) {
            assertThat(get("/items/" + id).statusCode()).isEqualTo(200);
            assertThat(get("/later/" + id).body()).isEqualTo("item " + id);
        }
        assertThat(get("/items/101").statusCode()).isEqualTo(404);
        assertThat(get("/broken").statusCode()).isEqualTo(500);

        HttpStats stats = application.getBean(HttpStats.class);
        HttpStatsSnapshot snapshot = await().until(stats::snapshot, s -> s.count() == 12);

        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(200, 10L, 404, 1L, 500, 1L));
        assertThat(snapshot.routes().keySet()).containsExactlyInAnyOrder("/items/{id}", "/later/{id}", "/broken");
        assertThat(snapshot.routes().get("/items/{id}").count()).isEqualTo(6);
        assertThat(snapshot.inFlight()).isZero();
        assertThat(snapshot.aborted()).isZero();
        assertThat(get("/stats").body()).startsWith("{\"request\":{\"count\":12,");
    }
}
