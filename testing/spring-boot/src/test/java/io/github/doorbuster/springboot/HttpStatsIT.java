package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.testing.HttpTestClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpStatsIT {

    @Test
    void countsEachRequestOnceWithTheRouteOfSpring() throws Exception {
        try (RunningShop shop = new RunningShop()) {
            countsEachRequestOnce(shop);
        }
    }

    private static void countsEachRequestOnce(RunningShop shop) throws Exception {
        HttpTestClient client = shop.client();
        for (int id = 1; id <= 5; id++) {
            assertThat(client.get("/items/" + id).status()).isEqualTo(200);
            assertThat(client.get("/later/" + id).text()).isEqualTo("item " + id);
        }
        assertThat(client.get("/items/101").status()).isEqualTo(404);
        assertThat(client.get("/broken").status()).isEqualTo(500);

        HttpStats stats = shop.bean(HttpStats.class);
        HttpStatsSnapshot snapshot =
                await().until(stats::snapshot, s -> s.requests().count() == 12);

        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(200, 10L, 404, 1L, 500, 1L));
        assertThat(snapshot.routes().keySet()).containsExactlyInAnyOrder("/items/{id}", "/later/{id}", "/broken");
        assertThat(snapshot.routes().get("/items/{id}").count()).isEqualTo(6);
        assertThat(snapshot.inFlight().now()).isZero();
        assertThat(snapshot.requests().aborted()).isZero();
        assertThat(client.get("/stats").text()).startsWith("{\"request\":{\"count\":12,");
    }
}
