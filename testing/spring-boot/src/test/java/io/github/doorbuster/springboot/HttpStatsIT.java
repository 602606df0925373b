package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HttpStatsIT {

    private static RunningShop shop;

    @BeforeAll
    static void start() {
        shop = new RunningShop();
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    @Test
    void everyRequestIsCountedOnceUnderThePatternSpringMatched() throws Exception {
        for (int id = 1; id <= 5; id++) {
            assertThat(shop.get("/items/" + id).statusCode()).isEqualTo(200);
            assertThat(shop.get("/later/" + id).body()).isEqualTo("item " + id);
        }
        assertThat(shop.get("/items/101").statusCode()).isEqualTo(404);
        assertThat(shop.get("/broken").statusCode()).isEqualTo(500);

        HttpStats stats = shop.bean(HttpStats.class);
        HttpStatsSnapshot snapshot =
                await().until(stats::snapshot, s -> s.requests().count() == 12);

        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(200, 10L, 404, 1L, 500, 1L));
        assertThat(snapshot.routes().keySet()).containsExactlyInAnyOrder("/items/{id}", "/later/{id}", "/broken");
        assertThat(snapshot.routes().get("/items/{id}").count()).isEqualTo(6);
        assertThat(snapshot.inFlight().now()).isZero();
        assertThat(snapshot.requests().aborted()).isZero();
        assertThat(shop.get("/stats").body()).startsWith("{\"request\":{\"count\":12,");
    }
}
