package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.testing.LogCapture;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.Repository;
import io.github.doorbuster.testing.Runbook;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The privileges in docs/deployment/grants.sql are those that the pool needs, and no more. */
@Timeout(120)
class GrantsIT {

    private static final String DATABASE = "grants_" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    private static final JdbcConfig OWN_TABLE = JdbcConfig.builder()
            .table("item")
            .idColumn("id")
            .countColumn("views")
            .updateOnly(true)
            .build();

    private static MariaDbServer mariaDb;

    @BeforeAll
    static void createTablesAndUsers() throws Exception {
        mariaDb = MariaDbServer.shared();
        DataSource admin = as(mariaDb.user(), mariaDb.password());
        new JdbcPvStore(admin, JdbcConfig.builder().createTables(true).build()).prepare();
        execute(
                admin,
                "CREATE TABLE item (id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,"
                        + " views BIGINT NOT NULL DEFAULT 0, price INT NOT NULL)");
        execute(admin, "INSERT INTO item (id, price) VALUES ('1', 100), ('2', 200)");
        execute(admin, "CREATE TABLE item_ledger LIKE item_pv_ledger");
        execute(admin, "CREATE TABLE item_rejected LIKE item_pv_rejected");
        for (String grant : here(Repository.read("docs/deployment/grants.sql")).split(";")) {
            if (!grant.isBlank()) {
                execute(admin, grant);
            }
        }
    }

    @AfterAll
    static void dropUsers() throws SQLException {
        DataSource admin = as(mariaDb.user(), mariaDb.password());
        execute(admin, here("DROP USER 'views'@'10.0.0.%', 'counts'@'10.0.0.%'"));
        execute(admin, "DROP DATABASE " + DATABASE);
    }

    @Test
    void thePoolUserCountsAndSetsAside() throws Exception {
        execute(as(mariaDb.user(), mariaDb.password()), "INSERT INTO item_pv VALUES ('full', " + Long.MAX_VALUE + ")");
        try (LogCapture log = new LogCapture("io.github.doorbuster");
                PvPool pool = pool("views", JdbcConfig.builder().build())) {
            pool.add(new Views(List.of("1", "m2", "1", "full")))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            await().untilAsserted(() -> {
                assertThat(pool.snapshot().writtenViews()).isEqualTo(3);
                assertThat(pool.snapshot().setAsideViews()).isEqualTo(1);
                Runbook.assertLogged("rows are set aside", log.text());
            });
            assertThat(pool.counts(List.of("1", "m2"))).containsEntry("1", 2L).containsEntry("m2", 1L);
        }
    }

    @Test
    void theOwnTableUserCountsExistingItems() throws Exception {
        try (PvPool pool = pool("counts", OWN_TABLE)) {
            pool.add(new Views(List.of("1", "2", "1", "unknown")))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            await().until(() -> pool.snapshot().pendingViews() == 0);
            assertThat(pool.snapshot().writtenViews()).isEqualTo(3);
            assertThat(pool.snapshot().unknownViews()).isEqualTo(1);
            assertThat(pool.counts(List.of("1"))).containsEntry("1", 2L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "views: DELETE FROM item_pv",
                "views: SELECT price FROM item",
                "views: CREATE TABLE other (id INT)",
                "views: DROP TABLE item_pv_ledger",
                "counts: UPDATE item SET price = 1",
                "counts: SELECT price FROM item",
                "counts: INSERT INTO item (id, price) VALUES ('3', 1)",
                "counts: DELETE FROM item"
            })
    void otherStatementsAreDenied(String userAndStatement) {
        String[] parts = userAndStatement.split(": ");
        assertThatThrownBy(() -> execute(as(parts[0] + "_" + DATABASE, "change-me"), parts[1]))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("denied");
    }

    private static PvPool pool(String user, JdbcConfig config) {
        return PvPool.builder()
                .store(new JdbcPvStore(as(user + "_" + DATABASE, "change-me"), config))
                .build();
    }

    /** {@return SQL of the documentation with the users and the database of this test} */
    private static String here(String sql) {
        return sql.replaceAll("(?m)^--.*$", "")
                .replace("'views'@'10.0.0.%'", "'views_" + DATABASE + "'@'%'")
                .replace("'counts'@'10.0.0.%'", "'counts_" + DATABASE + "'@'%'")
                .replace("shop.", DATABASE + ".");
    }

    private static DataSource as(String user, String password) {
        return mariaDb.dataSource(DATABASE, user, password);
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
