package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.Buckets;
import io.github.doorbuster.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A start is refused with a line for each property of the database that would make counts wrong. */
@Timeout(120)
class StartChecksIT {

    private static final Buckets HOURS = new Buckets(Set.of(Width.HOUR), ZoneId.of("UTC"));

    private static MariaDbServer server;

    private MariaDbDatabase database;

    @BeforeAll
    static void startServer() {
        server = MariaDbServer.startOwn("--log-bin=binlog", "--log-warnings=9");
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void createTables() throws Exception {
        database = MariaDbDatabase.withTables(server);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void assertRefused(MysqlDataSource dataSource, String found, String help) {
        assertRefused(dataSource, Buckets.NONE, found, help);
    }

    private void assertRefused(MysqlDataSource dataSource, Buckets buckets, String found, String help) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JdbcPvStore(dataSource).prepare(buckets))
                .satisfies(e -> assertThat(e.getMessage().lines().skip(1))
                        .singleElement()
                        .asString()
                        .contains(found)
                        .contains(help));
    }

    @Test
    void tablesOfThePoolPass() throws Exception {
        new JdbcPvStore(database.dataSource()).prepare();
    }

    @Test
    void engineWithoutTransactions() throws Exception {
        execute("ALTER TABLE item_pv_ledger ENGINE=MyISAM");
        assertRefused(database.dataSource(), "engine MyISAM", "ALTER TABLE item_pv_ledger ENGINE=InnoDB");
    }

    @Test
    void caseInsensitiveCollation() throws Exception {
        execute("ALTER TABLE item_pv MODIFY item_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        assertRefused(database.dataSource(), "utf8mb4_general_ci", "COLLATE ascii_bin");
    }

    @Test
    void noUniqueKey() throws Exception {
        execute("ALTER TABLE item_pv DROP PRIMARY KEY");
        assertRefused(database.dataSource(), "no unique key", "ADD UNIQUE KEY (item_id)");
    }

    @Test
    void tablesOfBuckets() throws Exception {
        JdbcConfig creating = JdbcConfig.builder().createTables(true).build();
        new JdbcPvStore(database.dataSource(), creating).prepare(HOURS);
        new JdbcPvStore(database.dataSource()).prepare(HOURS);
        execute("ALTER TABLE item_pv_hour ENGINE=MyISAM");
        assertRefused(database.dataSource(), HOURS, "engine MyISAM", "ALTER TABLE item_pv_hour ENGINE=InnoDB");
        execute("ALTER TABLE item_pv_hour ENGINE=InnoDB, DROP PRIMARY KEY, ADD PRIMARY KEY (item_id)");
        assertRefused(database.dataSource(), HOURS, "no unique key", "ADD UNIQUE KEY (bucket_start, item_id)");
        execute(
                "ALTER TABLE item_pv_hour DROP PRIMARY KEY, ADD PRIMARY KEY (bucket_start, item_id), MODIFY item_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        assertRefused(database.dataSource(), HOURS, "item_pv_hour.item_id has the collation", "COLLATE ascii_bin");
    }

    @Test
    void missingTablesAreNamedWithTheirStatements() throws Exception {
        Buckets both = new Buckets(Set.of(Width.HOUR, Width.DAY), ZoneId.of("UTC"));
        execute("DROP TABLE item_pv_rejected");
        JdbcPvStore store = new JdbcPvStore(database.dataSource());
        List<String> statements = new ArrayList<>();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.prepare(both))
                .satisfies(e -> {
                    assertThat(e.getMessage().lines().findFirst().orElse(""))
                            .startsWith("table=item_pv: these tables do not exist: item_pv_rejected, item_pv_")
                            .contains("item_pv_hour", "item_pv_day", "item_pv_buckets", "createTables=true");
                    String all = e.getMessage().substring(e.getMessage().indexOf('\n'));
                    statements.addAll(List.of(all.strip().split(";")));
                });
        assertThat(statements).hasSize(4);
        execute(statements.toArray(new String[0]));
        store.prepare(both);
    }

    @Test
    void columnsOfBuckets() throws Exception {
        JdbcConfig creating = JdbcConfig.builder().createTables(true).build();
        new JdbcPvStore(database.dataSource(), creating).prepare(HOURS);
        for (String wrong : List.of("bucket_start TIMESTAMP", "pv INT", "item_id INT")) {
            execute("ALTER TABLE item_pv_hour MODIFY %s NOT NULL".formatted(wrong));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new JdbcPvStore(database.dataSource()).prepare(HOURS))
                    .withMessageContaining("item_pv_hour." + wrong.split(" ")[0]);
            execute("DROP TABLE item_pv_hour");
            new JdbcPvStore(database.dataSource(), creating).prepare(HOURS);
        }
    }

    @Test
    void heatThatIsNotGeneratedFromTheViews() throws Exception {
        JdbcConfig creating = JdbcConfig.builder().createTables(true).build();
        new JdbcPvStore(database.dataSource(), creating).prepare(HOURS);
        String help =
                "ALTER TABLE item_pv_hour DROP COLUMN heat, ADD COLUMN heat INT AS (FLOOR(2 * LN(GREATEST(pv, 4)))), ADD KEY (bucket_start, heat)";
        execute("ALTER TABLE item_pv_hour DROP COLUMN heat, ADD COLUMN heat INT");
        assertRefused(database.dataSource(), HOURS, "item_pv_hour.heat is not a generated column", help);
        execute("ALTER TABLE item_pv_hour DROP COLUMN heat, ADD COLUMN heat INT AS (FLOOR(LN(pv)))");
        assertRefused(database.dataSource(), HOURS, "item_pv_hour.heat is generated as floor(", help);
        execute(help);
        new JdbcPvStore(database.dataSource()).prepare(HOURS);
    }

    @Test
    void privilegeOnBuckets() throws Exception {
        JdbcConfig creating = JdbcConfig.builder().createTables(true).build();
        new JdbcPvStore(database.dataSource(), creating).prepare(HOURS);
        String schema = database.dataSource().getConnection().getCatalog();
        execute(
                "CREATE OR REPLACE USER counter IDENTIFIED BY 'secret'",
                "GRANT SELECT, INSERT, UPDATE ON %s.* TO counter".formatted(schema),
                "GRANT DELETE ON %s.item_pv_ledger TO counter".formatted(schema));
        MysqlDataSource counter = database.dataSource();
        counter.setUser("counter");
        counter.setPassword("secret");
        assertRefused(counter, HOURS, "DELETE on item_pv_hour is denied", "GRANT DELETE ON item_pv_hour");
    }

    @Test
    void silentTruncation() throws Exception {
        MysqlDataSource lax = database.dataSource();
        lax.setJdbcCompliantTruncation(false);
        lax.setSessionVariables("sql_mode=''");
        assertRefused(lax, "sql_mode is \"\"", "STRICT_TRANS_TABLES");
        MysqlDataSource checkedByDriver = database.dataSource();
        checkedByDriver.setJdbcCompliantTruncation(true);
        new JdbcPvStore(checkedByDriver).prepare();
    }

    @Test
    void statementBinlog() throws Exception {
        MysqlDataSource statement = database.dataSource();
        statement.setSessionVariables("binlog_format='STATEMENT'");
        assertRefused(statement, "binlog_format is STATEMENT", "SET GLOBAL binlog_format = 'ROW'");
    }

    @Test
    void missingPrivilege() throws Exception {
        String schema = database.dataSource().getConnection().getCatalog();
        execute(
                "CREATE OR REPLACE USER reader IDENTIFIED BY 'secret'",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON %s.* TO reader".formatted(schema),
                "REVOKE UPDATE ON %s.* FROM reader".formatted(schema),
                "GRANT UPDATE ON %s.item_pv_ledger TO reader".formatted(schema));
        MysqlDataSource reader = database.dataSource();
        reader.setUser("reader");
        reader.setPassword("secret");
        assertRefused(reader, "UPDATE on item_pv is denied", "GRANT UPDATE ON item_pv");
    }

    @Test
    void mariaDbIsRecognisedWithoutSyntaxError() throws Exception {
        execute("SET GLOBAL general_log = ON", "SET GLOBAL log_output = 'TABLE'", "TRUNCATE mysql.general_log");
        new JdbcPvStore(database.dataSource()).prepare();
        List<String> explained = database.texts(
                "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE argument LIKE 'EXPLAIN% AS n ON DUPLICATE%'");
        execute("SET GLOBAL general_log = OFF");
        assertThat(explained).isEmpty();
    }
}
