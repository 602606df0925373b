package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo with a real memcached and a real MariaDB, alone and as two nodes that share both. */
class RealServersIT extends EndToEndSuite {

    private static MemcachedServer memcached;

    @TempDir
    Path folder;

    private DemoDatabase database;

    @BeforeAll
    static void startServers() {
        memcached = MemcachedServer.start();
    }

    @AfterAll
    static void stopServers() {
        memcached.close();
    }

    @Override
    List<String> options() {
        database = DemoDatabase.on(MariaDbServer.shared());
        return node(memcached, "a");
    }

    @Override
    Map<String, Long> writtenViews(DemoClient client, Collection<String> ids) throws SQLException {
        return database.views();
    }

    @Override
    List<String> lastingOptions() {
        return options();
    }

    @Override
    Connection lastingDatabase() throws SQLException {
        return database.connection();
    }

    private List<String> node(MemcachedServer memcached, String name, String... more) {
        List<String> options = new ArrayList<>(database.options(folder.resolve(name)));
        options.addAll(List.of("--memcached", memcached.address()));
        options.addAll(List.of(more));
        return options;
    }

    @Test
    void purchasesOfOneItemNeverOverlapAcrossTwoNodes() throws Exception {
        PurchaseLog log = rushOnTwoNodes();

        assertThat(log.size()).isEqualTo(50);
        assertThat(log.overlaps()).isZero();
    }

    @Test
    void withoutTheLockPurchasesPileUpAtTheRow() throws Exception {
        PurchaseLog log = rushOnTwoNodes("--no-buylock");

        assertThat(log.size()).isEqualTo(50);
        assertThat(log.overlaps()).isPositive();
    }

    @Test
    void sigtermAmidPurchasesLeavesNoLockBehind() throws Exception {
        try (DemoProcess demo = DemoProcess.start(options())) {
            DemoClient client = new DemoClient(demo.uri());
            CountDownLatch underWay = new CountDownLatch(10);
            Thread terminator = demo.terminateAfter(underWay);
            AtomicInteger bought = new AtomicInteger();
            AtomicInteger unanswered = new AtomicInteger();
            Clients.together(8, number -> {
                while (terminator.isAlive()) {
                    try {
                        if (client.buy("2").status() == 200) {
                            bought.incrementAndGet();
                        }
                    } catch (IOException e) {
                        unanswered.incrementAndGet();
                    }
                    underWay.countDown();
                }
            });
            terminator.join();

            assertThat(bought.get()).isPositive();
            assertThat(memcached.command("get buy/2")).containsExactly("END");
            try (Connection connection = database.connection()) {
                assertThat(PurchaseLog.read(connection, "2").size())
                        .isBetween(bought.get(), bought.get() + unanswered.get());
            }
        }
    }

    @Test
    void theHealthCheckNamesThePartThatIsDownAndPurchasesGoOnWithoutMemcached() throws Exception {
        try (MemcachedServer fragile = MemcachedServer.startOwn()) {
            database = DemoDatabase.on(MariaDbServer.shared());
            try (DemoProcess demo = DemoProcess.start(node(fragile, "a"))) {
                DemoClient client = new DemoClient(demo.uri());
                assertThat(client.get("/hc").status()).isEqualTo(200);

                fragile.kill();
                await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    DemoClient.Answer health = client.get("/hc");
                    assertThat(health.status()).isEqualTo(503);
                    assertThat(health.json().at("/parts/memcached").asString()).isEqualTo("down");
                    assertThat(health.json().at("/parts/database").asString()).isEqualTo("up");
                });
                assertThat(client.buy("2").status()).isEqualTo(200);

                fragile.restart();
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(
                                () -> assertThat(client.get("/hc").status()).isEqualTo(200));
                assertThat(client.buy("2").status()).isEqualTo(200);
            }
        }
    }

    private PurchaseLog rushOnTwoNodes(String... more) throws Exception {
        options();
        try (DemoProcess a = DemoProcess.start(node(memcached, "a", more));
                DemoProcess b = DemoProcess.start(node(memcached, "b", more))) {
            List<DemoClient> shops = List.of(new DemoClient(a.uri()), new DemoClient(b.uri()));
            AtomicInteger left = new AtomicInteger(120);
            Clients.together(32, number -> {
                while (left.getAndDecrement() > 0) {
                    shops.get(number % 2).buy("1");
                }
            });
            assertThat(shops.get(0).statuses()).containsKey(200);
            assertThat(shops.get(1).statuses()).containsKey(200);
            try (Connection connection = database.connection()) {
                return PurchaseLog.read(connection, "1");
            }
        }
    }
}
