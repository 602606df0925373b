package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class BuyLockAndViewsIT {

    private static final String FORM = "application/x-www-form-urlencoded";

    @Test
    void purchasesQueueUpAndViewsGoToTheDataSourceOfTheApplication() throws Exception {
        try (RunningShop shop = new RunningShop()) {
            fortyPurchasesAreServed(shop);
            HttpResponse<String> views = shop.post("/items/pvc", "application/json", "{\"item_ids\":[1,2,1]}");
            assertThat(views.statusCode()).isEqualTo(202);

            await().untilAsserted(() -> {
                JsonNode stats = JsonMapper.shared().readTree(shop.get("/stats").body());
                assertThat(stats.at("/buylock/granted").asInt()).isEqualTo(40);
                assertThat(stats.at("/buylock/holding").asInt()).isZero();
                assertThat(stats.at("/pvpool/written_views").asInt()).isEqualTo(3);
            });
        }
        await().untilAsserted(() -> assertThat(threadsOfTheKit()).isEmpty());
    }

    private static void fortyPurchasesAreServed(RunningShop shop) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(20);
        List<Future<HttpResponse<String>>> purchases = IntStream.range(0, 40)
                .mapToObj(i -> clients.submit(() -> shop.post("/buy", FORM, "item_id=hot")))
                .toList();
        for (Future<HttpResponse<String>> purchase : purchases) {
            assertThat(purchase.get().statusCode()).isEqualTo(200);
            assertThat(purchase.get().body()).isEqualTo("bought hot");
        }
        clients.shutdown();
    }

    private static List<String> threadsOfTheKit() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("doorbuster-") || name.contains("Memcached"))
                .filter(name -> !name.startsWith("doorbuster-testing-"))
                .toList();
    }
}
