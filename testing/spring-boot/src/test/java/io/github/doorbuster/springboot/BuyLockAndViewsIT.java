package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.KitThreads;
import io.github.doorbuster.testing.Parallel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class BuyLockAndViewsIT {

    @Test
    void queuesPurchasesAndWritesViewsToTheDataSource() throws Exception {
        try (RunningShop shop = new RunningShop()) {
            HttpTestClient client = shop.client();
            Parallel.run(20, thread -> {
                for (int i = 0; i < 2; i++) {
                    HttpReply purchase = client.post("/buy", HttpTestClient.FORM, "item_id=hot");
                    assertThat(purchase.status()).isEqualTo(200);
                    assertThat(purchase.text()).isEqualTo("bought hot");
                }
            });
            HttpReply views = client.post("/items/pvc", HttpTestClient.JSON, "{\"item_ids\":[1,2,1]}");
            assertThat(views.status()).isEqualTo(202);

            await().untilAsserted(() -> {
                JsonNode stats = client.get("/stats").json();
                assertThat(stats.at("/buylock/granted").asInt()).isEqualTo(40);
                assertThat(stats.at("/buylock/holding").asInt()).isZero();
                assertThat(stats.at("/pvpool/written_views").asInt()).isEqualTo(3);
            });
        }
        await().untilAsserted(() -> assertThat(KitThreads.alive()).isEmpty());
    }
}
