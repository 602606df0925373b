package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@OnEveryContainer
class PlainCodeIT {

    private final ServletContainer container;
    private final AtomicInteger purchases = new AtomicInteger();
    private final PlainCode code = new PlainCode(request -> 200, PlainCodeIT::open, purchases::incrementAndGet);

    PlainCodeIT(ContainerVersion version) {
        container = version.running();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @Test
    void coreWithoutServlets() throws Exception {
        HttpStatsSnapshot snapshot = code.withoutServlets(HttpStats.builder().build(), "a purchase");
        assertThat(snapshot.routes().get("/buy").count()).isEqualTo(1);
        try (BuyLock lock = BuyLock.builder().store(new InMemoryLockStore()).build()) {
            code.acquire(lock);
            await().untilAsserted(() -> assertThat(purchases).hasValue(1));
            await().untilAsserted(() -> assertThat(lock.snapshot().holding()).isZero());
            assertThat(code.call(lock)).isEqualTo(42);
            code.acquireBlocking(lock);
            assertThat(purchases).hasValue(3);
            assertThat(lock.snapshot().holding()).isZero();
        }
    }

    @Test
    void grantAndSectionsInAServlet() throws Exception {
        HttpStats stats = HttpStats.builder().build();
        container.deploy(context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), EnumSet.allOf(DispatcherType.class));
            Servlets.servlet(context, "/stats", new StatsServlet(stats), Map.of());
            Servlets.purchaseFilter(context, new BuyLockFilter(), Map.of());
            Servlets.servlet(context, "/buy", (request, response) -> {
                PlainCode.grant(request);
                response.setStatus(
                        Snapshots.buyLock(request.getServletContext()).holding() == 0 ? 200 : 500);
            });
            PlainCode.section(context, List.of("one", "two"));
            PlainCode.sectionOfASnapshot(context, () -> Map.of("bought", 7));
        });
        URI uri = container.uri();

        assertThat(KitClient.buy(uri).status()).isEqualTo(200);

        await().untilAsserted(() -> {
            JsonNode shown = KitClient.stats(uri);
            assertThat(shown.at("/basket/open").asInt()).isEqualTo(2);
            assertThat(shown.at("/shop/bought").asInt()).isEqualTo(7);
            assertThat(code.manyNodes(List.of(uri.toString(), uri.toString())).getTotalCount())
                    .isGreaterThanOrEqualTo(2);
        });
    }

    private static InputStream open(String url) {
        try {
            return URI.create(url).toURL().openStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
