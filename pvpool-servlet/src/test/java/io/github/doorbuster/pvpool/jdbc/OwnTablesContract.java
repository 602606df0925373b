package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.CountsInTime;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counts in tables of the application. */
abstract class OwnTablesContract {

    private DataSource dataSource;

    abstract DataSource emptyDatabase() throws Exception;

    @BeforeEach
    void createLedger() throws Exception {
        dataSource = emptyDatabase();
        new JdbcPvStore(dataSource, JdbcConfig.builder().createTables(true).build()).prepare();
        for (String table : List.of("ledger", "rejected")) {
            execute("CREATE TABLE item_" + table + " AS SELECT * FROM item_pv_" + table);
            execute("CREATE UNIQUE INDEX item_" + table + "_once ON item_" + table
                    + ("ledger".equals(table) ? " (journal)" : " (journal, segment, item_id)"));
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private JdbcPvStore store(boolean updateOnly) {
        return new JdbcPvStore(dataSource, config(updateOnly).build());
    }

    private static JdbcConfig.Builder config(boolean updateOnly) {
        return JdbcConfig.builder()
                .table("item")
                .idColumn("id")
                .countColumn("views")
                .updateOnly(updateOnly);
    }

    @Test
    void updateOnlyCountsUnknownViewsAndInsertsNoRow() throws Exception {
        execute("CREATE TABLE item (id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, views BIGINT)");
        execute("INSERT INTO item VALUES ('a', NULL), ('b', 10)");
        try (PvPool pool = PvPool.builder().store(store(true)).build()) {
            pool.add(new Views(List.of("a", "b", "b", "x", "x", "x")));
            assertThat(pool.flush()).isTrue();
            assertThat(pool.snapshot().unknownViews()).isEqualTo(3);
            assertThat(pool.snapshot().writtenViews()).isEqualTo(3);
            assertThat(pool.snapshot().pendingViews()).isZero();
            assertThat(pool.counts(List.of("a", "b", "x"))).isEqualTo(Map.of("a", 1L, "b", 12L, "x", 0L));
        }
        assertThat(number("SELECT COUNT(*) FROM item")).isEqualTo(2);
    }

    @Test
    void integerColumnMatchesIntegersOnly() throws Exception {
        execute("CREATE TABLE item (id BIGINT PRIMARY KEY, views BIGINT NOT NULL)");
        execute("INSERT INTO item VALUES (0, 0), (1, 0), (9007199254740992, 0), (9007199254740993, 0)");
        try (PvPool pool = PvPool.builder().store(store(true)).build()) {
            pool.add(new Views(List.of(
                    "m1", "1", "01", "+1", "1e0", "-0", "9007199254740993", "99999999999999999999", "0x1", "1.0")));
            assertThat(pool.flush()).isTrue();
            assertThat(pool.counts(List.of("0", "1", "01", "m1", "9007199254740992", "9007199254740993")))
                    .isEqualTo(Map.of(
                            "0", 0L, "1", 1L, "01", 0L, "m1", 0L, "9007199254740992", 0L, "9007199254740993", 1L));
            assertThat(pool.snapshot().unknownViews()).isEqualTo(8);
        }
    }

    @Test
    void wrongColumnTypeIsRejected() throws Exception {
        execute("CREATE TABLE item (id BIGINT PRIMARY KEY, views INT NOT NULL)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store(true).prepare())
                .withMessageStartingWith("countColumn=views: is INT")
                .withMessageContaining("must be BIGINT");
        execute("DROP TABLE item");
        execute("CREATE TABLE item (id BIGINT PRIMARY KEY, views BIGINT NOT NULL)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store(false).prepare())
                .withMessageStartingWith("idColumn=id: is BIGINT")
                .withMessageContaining("updateOnly=true");
    }

    @Test
    void rejectedRowIsSetAsideWithReason() throws Exception {
        execute(
                "CREATE TABLE item (id VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, views BIGINT NOT NULL, CHECK (id <> 'bad'))");
        try (PvPool pool = PvPool.builder().store(store(false)).build()) {
            pool.add(new Views(List.of("ok", "bad", "bad", "toolong", "zz")));
            assertThat(pool.flush()).isTrue();
            assertThat(pool.snapshot().setAsideViews()).isEqualTo(3);
            assertThat(pool.snapshot().flush().setAsideRows()).isEqualTo(2);
            assertThat(pool.counts(List.of("ok", "zz", "bad"))).isEqualTo(Map.of("ok", 1L, "zz", 1L, "bad", 0L));
        }
        assertThat(number("SELECT SUM(views) FROM item_rejected")).isEqualTo(3);
        assertThat(number("SELECT COUNT(*) FROM item_rejected WHERE LENGTH(reason) > 5"))
                .isEqualTo(2);
    }

    @Test
    void oldRowsOfJournalsWithoutFolderAreDeleted() throws Exception {
        for (int days : List.of(29, 31)) {
            for (boolean folder : List.of(true, false)) {
                execute(
                        "INSERT INTO item_pv_ledger (journal, owner, epoch, segment, item_id, views, has_folder, renew_millis, renewed_at)"
                                + " VALUES ('%d-%s', 'o', 1, 0, '', 0, %s, 1000, CURRENT_TIMESTAMP - INTERVAL '%d' DAY)"
                                        .formatted(days, folder, folder, days));
            }
        }
        try (Connection connection = dataSource.getConnection()) {
            new Ledger(TableNames.of(JdbcConfig.builder().build())).deleteExpired(connection);
        }
        assertThat(number("SELECT COUNT(*) FROM item_pv_ledger")).isEqualTo(3);
        assertThat(number("SELECT COUNT(*) FROM item_pv_ledger WHERE journal = '31-false'"))
                .isZero();
    }

    @Test
    void updateOnlyCountsEveryRowOfALargeChunk() throws Exception {
        execute("CREATE TABLE item (id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, views BIGINT)");
        List<String> ids = IntStream.range(0, 700).mapToObj(i -> "m" + i).toList();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO item VALUES (?, NULL)")) {
            for (int i = 0; i < ids.size(); i += 2) {
                insert.setString(1, ids.get(i));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        try (PvPool pool = PvPool.builder().store(store(true)).build()) {
            pool.add(new Views(ids));
            pool.add(new Views(ids.subList(0, 301)));
            assertThat(pool.flush()).isTrue();
            assertThat(pool.snapshot().unknownViews()).isEqualTo(350 + 150);
            assertThat(pool.snapshot().writtenViews()).isEqualTo(350 + 151);
        }
        assertThat(number("SELECT SUM(views) FROM item")).isEqualTo(350 + 151);
        assertThat(number("SELECT views FROM item WHERE id = 'm300'")).isEqualTo(2);
        assertThat(number("SELECT views FROM item WHERE id = 'm302'")).isEqualTo(1);
    }

    @Test
    void updateOnlyCountsHoursAndDaysOfKnownItemsOnly() throws Exception {
        execute("CREATE TABLE item (id BIGINT PRIMARY KEY, name VARCHAR(9) NOT NULL, views BIGINT)");
        execute("INSERT INTO item VALUES (2, 'two', NULL), (10, 'ten', 5), (11, 'eleven', 0)");
        JdbcConfig tables = config(true).createTables(true).build();
        PvPoolConfig buckets = PvPoolConfig.builder().buckets("hour,day").build();
        try (PvPool pool = PvPool.builder()
                .store(new JdbcPvStore(dataSource, tables))
                .config(buckets)
                .build()) {
            pool.add(new Views(List.of("10", "2", "10", "x", "3", "02")));
            assertThat(pool.flush()).isTrue();
            pool.add(new Views(List.of("11", "10", "3")));
            assertThat(pool.flush()).isTrue();
            assertThat(pool.snapshot().unknownViews()).isEqualTo(4);
            assertThat(pool.snapshot().writtenViews()).isEqualTo(5);
            List<String> ids = List.of("2", "3", "10", "11", "02");
            assertThat(pool.counts(ids)).isEqualTo(Map.of("2", 1L, "3", 0L, "10", 8L, "11", 1L, "02", 0L));
            CountsInTime today = pool.since(ids, Width.DAY, Duration.ofDays(1));
            assertThat(ids.stream().map(today::sum)).containsExactly(1L, 0L, 3L, 1L, 0L);
        }
        for (String table : List.of("item_hour", "item_day")) {
            assertThat(number("SELECT SUM(pv) FROM " + table)).isEqualTo(5);
            assertThat(number("SELECT COUNT(DISTINCT item_id) FROM " + table)).isEqualTo(3);
        }
    }

    @Test
    void updateOnlyComparesIntegersAsNumbers() throws Exception {
        execute("CREATE TABLE item (id BIGINT PRIMARY KEY, views BIGINT NOT NULL)");
        List<String> ids = List.of("-12", "-3", "0", "2", "9", "10", "11", "100", "1000", "9007199254740993");
        for (String id : ids) {
            execute("INSERT INTO item VALUES (" + id + ", 0)");
        }
        try (PvPool pool = PvPool.builder().store(store(true)).build()) {
            for (int i = 0; i < ids.size(); i++) {
                pool.add(ids.get(i), i + 1);
            }
            assertThat(pool.flush()).isTrue();
            assertThat(pool.snapshot().unknownViews()).isZero();
            for (int i = 0; i < ids.size(); i++) {
                assertThat(pool.counts(List.of(ids.get(i)))).containsValue(i + 1L);
            }
        }
    }

    @Test
    void viewsStayPendingUntilTableIsFixed() throws Exception {
        execute(
                "CREATE TABLE item (id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, views INT NOT NULL)");
        try (PvPool pool = PvPool.builder().store(store(false)).build()) {
            pool.add(new Views(List.of("a")));
            assertThat(pool.flush()).isFalse();
            assertThat(pool.snapshot().flush().lastError()).contains("must be BIGINT");
            execute("DROP TABLE item");
            execute(
                    "CREATE TABLE item (id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, views BIGINT NOT NULL)");
            assertThat(pool.flush()).isTrue();
            assertThat(pool.counts(List.of("a"))).isEqualTo(Map.of("a", 1L));
        }
    }

    @Test
    void missingUniqueKeyIsRejected() throws Exception {
        execute(
                "CREATE TABLE item (id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin, other INT, views BIGINT NOT NULL)");
        execute("CREATE UNIQUE INDEX both_columns ON item (id, other)");
        for (boolean updateOnly : List.of(true, false)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store(updateOnly).prepare())
                    .withMessageContaining("no unique key on id")
                    .withMessageContaining("run ALTER TABLE item ADD UNIQUE KEY (id)");
        }
        execute("CREATE UNIQUE INDEX by_id ON item (id)");
        store(false).prepare();
    }
}
