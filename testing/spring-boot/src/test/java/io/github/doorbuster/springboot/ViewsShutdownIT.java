package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spring Boot closes the application under load. Every view answered with 202 is in the database. */
@Timeout(60)
class ViewsShutdownIT {

    private static final int CLIENTS = 4;

    private final AtomicLong accepted = new AtomicLong();

    @Test
    void orderlyShutdownUnderLoadWritesEveryAcceptedView() throws Exception {
        long before = count();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> all = new ArrayList<>();
        try (RunningShop shop = new RunningShop()) {
            for (int i = 0; i < CLIENTS; i++) {
                all.add(clients.submit(() -> postUntilRefused(shop.client())));
            }
            await().until(() -> accepted.get() >= 300);
        }
        for (Future<?> client : all) {
            client.get();
        }
        clients.shutdown();
        assertThat(count() - before)
                .isBetween(accepted.get(), accepted.get() + CLIENTS); // the last answers may be lost
    }

    private void postUntilRefused(HttpTestClient client) {
        try {
            while (client.post("/items/pvc", HttpTestClient.JSON, "{\"item_ids\":[\"shutdown\"]}")
                            .status()
                    == 202) {
                accepted.incrementAndGet();
            }
        } catch (IOException e) {
            // the server is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long count() throws Exception {
        MariaDbServer mariaDb = MariaDbServer.shared();
        try (Connection connection = DriverManager.getConnection(
                        mariaDb.jdbcUrl("spring_boot"), mariaDb.user(), mariaDb.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS item_pv (item_id VARCHAR(64) CHARACTER SET ascii"
                    + " COLLATE ascii_bin PRIMARY KEY, pv BIGINT NOT NULL)");
            try (ResultSet row =
                    statement.executeQuery("SELECT COALESCE(SUM(pv), 0) FROM item_pv WHERE item_id = 'shutdown'")) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
