package io.github.doorbuster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MariaDbServerIT {

    @Test
    void isARealMariaDbThatKeepsItsDataOverKillAndRestart() throws Exception {
        try (MariaDbServer mariaDb = MariaDbServer.startOwn()) {
            String address = mariaDb.address();
            String url = mariaDb.jdbcUrl("kept");
            execute(mariaDb, url, "CREATE TABLE t (n BIGINT) ENGINE=InnoDB");
            execute(mariaDb, url, "INSERT INTO t VALUES (42)");

            mariaDb.kill();
            assertThatThrownBy(() -> query(mariaDb, url, "SELECT n FROM t")).isInstanceOf(SQLException.class);

            mariaDb.restart();
            assertThat(mariaDb.address()).isEqualTo(address);
            assertThat(query(mariaDb, url, "SELECT n FROM t")).isEqualTo("42");
            assertThat(query(mariaDb, url, "SELECT VERSION()")).startsWith("11.4.");
        }
    }

    @Test
    void aStoppedServerAnswersOnlyOnceItGoesOn() throws Exception {
        try (MariaDbServer mariaDb = MariaDbServer.startOwn()) {
            String url = mariaDb.jdbcUrl("held");
            try (Connection connection = DriverManager.getConnection(url, mariaDb.user(), mariaDb.password())) {
                mariaDb.stop();
                CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> query(connection, "SELECT 7"));
                assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                mariaDb.cont();
                assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("7");
            }
        }
    }

    @Test
    void argumentsGivenWinOverTheDefaults() throws Exception {
        try (MariaDbServer mariaDb =
                MariaDbServer.startOwn("--innodb-flush-log-at-trx-commit=2", "--max-connections=33")) {
            String url = mariaDb.jdbcUrl("options");
            assertThat(query(mariaDb, url, "SELECT @@innodb_flush_log_at_trx_commit"))
                    .isEqualTo("2");
            assertThat(query(mariaDb, url, "SELECT @@max_connections")).isEqualTo("33");
        }
    }

    @Test
    void aServerOfOurOwnWritesItsLogAtEveryCommitAndListensOnLoopbackOnly() throws Exception {
        try (MariaDbServer mariaDb = MariaDbServer.startOwn()) {
            String url = mariaDb.jdbcUrl("defaults");
            assertThat(query(mariaDb, url, "SELECT @@innodb_flush_log_at_trx_commit"))
                    .isEqualTo("1");
            assertThat(query(mariaDb, url, "SELECT @@bind_address")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void theSharedServerOutlivesItsClose() throws Exception {
        MariaDbServer.shared().close();
        MariaDbServer shared = MariaDbServer.shared();
        assertThat(query(shared, shared.jdbcUrl("shared"), "SELECT DATABASE()")).isEqualTo("shared");
    }

    @Test
    void aGivenServerIsUsedButNeverStopped() throws Exception {
        try (MariaDbServer own = MariaDbServer.startOwn()) {
            execute(own, own.jdbcUrl("mysql"), "CREATE USER 'shop'@'127.0.0.1' IDENTIFIED BY 'p&w'");
            execute(own, own.jdbcUrl("mysql"), "GRANT ALL ON *.* TO 'shop'@'127.0.0.1'");
            try (MariaDbServer given =
                    MariaDbServer.startUnlessGiven("jdbc:mysql://" + own.address() + "/?user=shop&password=p%26w")) {
                String url = given.jdbcUrl("given");
                assertThat(query(given, url, "SELECT CURRENT_USER()")).isEqualTo("shop@127.0.0.1");
                assertThatThrownBy(given::stop).hasMessageContaining("MYSQL_URL");
                assertThatThrownBy(given::kill).hasMessageContaining("MYSQL_URL");
                assertThatThrownBy(given::restart).hasMessageContaining("MYSQL_URL");
            }
            assertThat(query(own, own.jdbcUrl("given"), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aGivenUrlOfAnotherKindIsRefusedWithAnExample() {
        assertThatThrownBy(() -> MariaDbServer.startUnlessGiven("localhost:3306"))
                .hasMessageContaining("MYSQL_URL=localhost:3306")
                .hasMessageContaining("jdbc:mysql://host:port/");
    }

    @Test
    void aServerThatCannotStartSaysWhy() {
        assertThatThrownBy(() -> MariaDbServer.startOwn("--no-such-option=1"))
                .hasMessageContaining("MariaDB ended with status")
                .hasMessageContaining("no-such-option");
    }

    private static void execute(MariaDbServer server, String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(MariaDbServer server, String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, server.user(), server.password())) {
            return query(connection, sql);
        }
    }

    private static String query(Connection connection, String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
