package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.Parallel;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An item on two nodes that is sold out and restocked again and again, while some of its purchases are rolled back. */
@Timeout(120)
class RestockedSaleIT {

    private static final int BUYERS = 16;
    private static final int STOCK = 10;
    private static final int RESTOCKS = 12;
    private static final int PIECES = 2;
    private static final int RESTOCK_MILLIS = 500;
    private static final int PAUSE_MILLIS = 10;
    /** The server renews its list of transactions only if nobody has read it for 100 ms. */
    private static final Duration TRANSACTIONS_INTERVAL = Duration.ofMillis(250);

    private final MemcachedServer memcached = MemcachedServer.start();
    private final DemoDatabase database = DemoDatabase.on(MariaDbServer.shared());
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger sold = new AtomicInteger();
    private final AtomicInteger soldOut = new AtomicInteger();
    private final AtomicInteger uncertain = new AtomicInteger();
    private DemoProcess a;
    private DemoProcess b;

    @BeforeEach
    void start() {
        List<String> options = Stream.concat(
                        database.options().stream(),
                        Stream.of("--memcached=" + memcached.address(), "--stock=" + STOCK, "--purchase-millis=10"))
                .toList();
        a = DemoProcess.start(options);
        b = DemoProcess.start(options);
    }

    @AfterEach
    void stop() {
        done.set(true);
        a.close();
        b.close();
        memcached.close();
    }

    @Test
    void everyPieceIsSoldOnce() throws Exception {
        CompletableFuture<Void> buyers = CompletableFuture.runAsync(() -> {
            try {
                Parallel.run(BUYERS, this::buyer);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        int rolledBack = 0;
        try (Connection connection = database.connection()) {
            for (int i = 0; i < RESTOCKS; i++) {
                execute(connection, "UPDATE item SET stock = stock + " + PIECES + " WHERE id = '1'");
                rolledBack += i % 4 == 0 ? endPurchase(connection) : 0;
                TimeUnit.MILLISECONDS.sleep(RESTOCK_MILLIS); // so that the item is sold out several times
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> stock(connection) == 0);
            done.set(true);
            buyers.get(60, TimeUnit.SECONDS);

            assertThat(stock(connection)).isZero();
            int purchases = PurchaseLog.read(connection, "1").size();
            assertThat(purchases).isEqualTo(STOCK + RESTOCKS * PIECES);
            assertThat(purchases).isBetween(sold.get(), sold.get() + uncertain.get());
        }
        assertThat(soldOut.get()).isPositive();
        assertThat(rolledBack).isGreaterThanOrEqualTo(RESTOCKS / 4);
    }

    private void buyer(int number) throws InterruptedException {
        DemoClient client = new DemoClient((number % 2 == 0 ? a : b).uri());
        while (!done.get()) {
            try {
                int status = client.buy("1").status();
                (status == 200 ? sold : status == 409 ? soldOut : uncertain).incrementAndGet();
            } catch (IOException e) {
                uncertain.incrementAndGet();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS); // the rate of the load
        }
    }

    /**
     * Keeps purchases from ending until one waits, with the piece taken from the stock, and ends its connection, so
     * that it is rolled back.
     */
    private int endPurchase(Connection connection) throws SQLException {
        execute(connection, "LOCK TABLES purchase WRITE");
        try {
            List<Long> waiting = await().atMost(Duration.ofSeconds(30))
                    .pollInterval(TRANSACTIONS_INTERVAL)
                    .until(() -> waitingPurchases(connection), found -> !found.isEmpty());
            for (long id : waiting) {
                execute(connection, "KILL " + id);
            }
            return waiting.size();
        } finally {
            execute(connection, "UNLOCK TABLES");
        }
    }

    private List<Long> waitingPurchases(Connection connection) throws SQLException {
        List<Long> waiting = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT trx_mysql_thread_id FROM information_schema.innodb_trx WHERE trx_rows_modified > 0"
                                + " AND trx_mysql_thread_id IN (SELECT id FROM information_schema.processlist"
                                + " WHERE db = '" + database.name() + "')")) {
            while (rows.next()) {
                waiting.add(rows.getLong(1));
            }
        }
        return waiting;
    }

    private static int stock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT stock FROM item WHERE id = '1'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
