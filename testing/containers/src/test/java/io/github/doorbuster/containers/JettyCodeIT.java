package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.testing.KitThreads;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.RawHttpClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Runs the Jetty code of the documentation. */
@Tag("servlet-6.0")
@Timeout(120)
class JettyCodeIT {

    private final Server server = new Server(new InetSocketAddress("127.0.0.1", 0));
    private final ServletContextHandler context = new ServletContextHandler();
    private URI uri;

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private void start() throws Exception {
        server.start();
        uri = URI.create("http://127.0.0.1:" + ((NetworkConnector) server.getConnectors()[0]).getLocalPort());
    }

    @Test
    void readme() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start();
                JettyCode.Readme readme = JettyCode.readme(memcached.address(), KitClient.dataSource("readme_jetty"))) {
            server.setHandler(readme.context());
            start();
            assertThat(KitClient.views(uri).status()).isEqualTo(202);
            int bought = KitClient.buy(uri).status();
            await().untilAsserted(() -> {
                JsonNode stats = KitClient.stats(uri);
                assertThat(stats.at("/request/status_count/202").asInt()).isEqualTo(1);
                assertThat(stats.at("/request/status_count/" + bought).asInt()).isEqualTo(1);
                assertThat(stats.at("/buylock/granted").asInt()).isEqualTo(1);
                assertThat(stats.at("/pvpool/written_views").asInt()).isEqualTo(3);
            });
            server.stop();
        }
    }

    @Test
    void httpstatsFilter() throws Exception {
        server.setHandler(JettyCode.httpstats());
        start();
        RawHttpClient.get(uri, "/nothing");
        await().untilAsserted(() -> assertThat(
                        KitClient.stats(uri).at("/request/status_count/404").asInt())
                .isEqualTo(1));
    }

    @Test
    void statsWithoutServlets() throws Exception {
        JettyCode.statsWithoutServlets(server, HttpStats.builder().build(), context);
        start();
        RawHttpClient.get(uri, "/items/1");
        await().untilAsserted(() -> assertThat(
                        KitClient.stats(uri).at("/request/status_count/404").asInt())
                .isEqualTo(1));
    }

    @Test
    void micrometer() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (BuyLock lock = BuyLock.builder().store(new InMemoryLockStore()).build();
                PvPool pool = PvPool.builder()
                        .store(new JdbcPvStore(KitClient.dataSource("micrometer")))
                        .build()) {
            JettyCode.micrometer(HttpStats.builder().build(), lock, pool, registry);
            assertThat(registry.getMeters())
                    .extracting(meter -> meter.getId().getName())
                    .contains("buylock.granted", "pvpool.flush.statements");
        }
    }

    @Test
    void httpstatsHandler() throws Exception {
        HttpStats stats = HttpStats.builder().build();
        JettyCode.httpstatsAroundTheServer(server, stats, context);
        start();
        RawHttpClient.get(uri, "/items/1");
        await().untilAsserted(() -> assertThat(stats.snapshot().routes()).containsOnlyKeys("/items/*"));
    }

    @Test
    void buylock() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start()) {
            server.setHandler(context);
            JettyCode.buylock(memcached.address(), context, server, () -> {
                start();
                KitClient.buy(uri);
                await().untilAsserted(() -> assertThat(
                                Snapshots.buyLock(context.getServletContext()).granted())
                        .isEqualTo(1));
            });
            assertThat(server.isStopped()).isTrue();
            await().untilAsserted(() -> assertThat(KitThreads.alive()).isEmpty());
        }
    }

    @Test
    void pvpool(@TempDir Path journalDir) throws Exception {
        server.setHandler(context);
        try (PvPool pool = JettyCode.pvpool(KitClient.dataSource("pvpool_jetty"), journalDir, context)) {
            start();
            assertThat(KitClient.views(uri).status()).isEqualTo(202);
            await().untilAsserted(
                            () -> assertThat(pool.snapshot().writtenViews()).isEqualTo(3));
        }
    }
}
