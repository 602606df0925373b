package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.Parallel;
import io.github.doorbuster.testing.Runbook;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The demo with memcached and MariaDB, as one node and as two. */
class RealServersIT extends EndToEndSuite {

    private final MemcachedServer memcached = MemcachedServer.start();
    private final DemoDatabase database = DemoDatabase.on(MariaDbServer.shared());
    private final DemoDatabase lasting = DemoDatabase.on(MariaDbServer.shared());

    @AfterAll
    void stopMemcached() {
        memcached.close();
    }

    @Override
    List<String> options() {
        return node(memcached, database);
    }

    @Override
    Map<String, Long> writtenViews(DemoClient client, Collection<String> ids) throws SQLException {
        return database.views();
    }

    @Override
    List<String> lastingOptions() {
        return node(memcached, lasting);
    }

    @Override
    Connection lastingDatabase() throws SQLException {
        return lasting.connection();
    }

    private static List<String> node(MemcachedServer memcached, DemoDatabase database, String... more) {
        List<String> options = new ArrayList<>(database.options());
        options.addAll(List.of("--memcached", memcached.address()));
        options.addAll(List.of(more));
        return options;
    }

    @Test
    void purchasesNeverOverlapOnTwoNodes() throws Exception {
        Sale sale = saleOnTwoNodes();

        assertThat(sale.log.size()).isEqualTo(50);
        // On a machine that stalls, memcached seems to be down, or a lease ends early. Such a purchase overlaps at most
        // the one before it and the one after it.
        assertThat(sale.log.overlaps()).isLessThanOrEqualTo(2 * sale.withoutLease);
    }

    @Test
    void purchasesQueueForTheRowWithoutTheLock() throws Exception {
        Sale sale = saleOnTwoNodes("--no-buylock");

        assertThat(sale.log.size()).isEqualTo(50);
        assertThat(sale.log.overlaps()).isPositive();
    }

    @Test
    void sigtermReleasesTheLock() throws Exception {
        DemoDatabase own = DemoDatabase.on(MariaDbServer.shared());
        try (DemoProcess demo = DemoProcess.start(node(memcached, own))) {
            DemoClient client = new DemoClient(demo.uri());
            CountDownLatch started = new CountDownLatch(10);
            Thread terminator = demo.terminateAfter(started);
            AtomicInteger bought = new AtomicInteger();
            AtomicInteger unanswered = new AtomicInteger();
            Parallel.run(8, thread -> {
                while (terminator.isAlive()) {
                    try {
                        if (client.buy("2").status() == 200) {
                            bought.incrementAndGet();
                        }
                    } catch (IOException e) {
                        unanswered.incrementAndGet();
                    }
                    started.countDown();
                }
            });
            terminator.join();

            assertThat(bought.get()).isPositive();
            assertThat(memcached.command("get buy/2")).containsExactly("END");
            try (Connection connection = own.connection()) {
                assertThat(PurchaseLog.read(connection, "2").size())
                        .isBetween(bought.get(), bought.get() + unanswered.get());
            }
        }
    }

    @Test
    void sellsWithoutMemcachedAndReportsItAsDown() throws Exception {
        try (MemcachedServer own = MemcachedServer.startOwn();
                DemoProcess demo = DemoProcess.start(node(own, DemoDatabase.on(MariaDbServer.shared())))) {
            DemoClient client = new DemoClient(demo.uri());
            assertThat(client.get("/hc").status()).isEqualTo(200);

            own.kill();
            await().untilAsserted(() -> {
                HttpReply health = client.get("/hc");
                assertThat(health.status()).isEqualTo(503);
                assertThat(health.json().at("/parts/memcached").asString()).isEqualTo("down");
                assertThat(health.json().at("/parts/database").asString()).isEqualTo("up");
            });
            assertThat(client.buy("2").status()).isEqualTo(200);

            own.restart();
            await().untilAsserted(() -> assertThat(client.get("/hc").status()).isEqualTo(200));
            assertThat(client.buy("2").status()).isEqualTo(200);
            Runbook.assertLogged("memcached is down", demo.log());
        }
    }

    private record Sale(PurchaseLog log, int withoutLease) {}

    private Sale saleOnTwoNodes(String... more) throws Exception {
        DemoDatabase own = DemoDatabase.on(MariaDbServer.shared());
        try (DemoProcess a = DemoProcess.start(node(memcached, own, more));
                DemoProcess b = DemoProcess.start(node(memcached, own, more))) {
            List<DemoClient> shops = List.of(new DemoClient(a.uri()), new DemoClient(b.uri()));
            AtomicInteger left = new AtomicInteger(120);
            Parallel.run(32, thread -> {
                while (left.getAndDecrement() > 0) {
                    shops.get(thread % 2).buy("1");
                }
            });
            assertThat(shops.get(0).statuses()).containsKey(200);
            assertThat(shops.get(1).statuses()).containsKey(200);
            try (Connection connection = own.connection()) {
                return new Sale(PurchaseLog.read(connection, "1"), withoutLease(shops));
            }
        }
    }

    /** {@return how many purchases ran without a lease, or lost it} */
    private static int withoutLease(List<DemoClient> shops) throws Exception {
        int sum = 0;
        for (DemoClient shop : shops) {
            JsonNode lock = shop.stats().path("buylock");
            sum += lock.path("without_lease").asInt() + lock.path("lease_lost").asInt();
        }
        return sum;
    }
}
