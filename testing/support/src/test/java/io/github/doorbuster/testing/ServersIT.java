package io.github.doorbuster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no test of the kit would notice about the servers that it runs against. */
@Timeout(120)
class ServersIT {

    @Test
    void mariaDbKeepsItsDataOverAKillAndListensOnLoopbackOnly() throws Exception {
        try (MariaDbServer mariaDb = MariaDbServer.startOwn("--max-connections=33")) {
            execute(mariaDb, "CREATE TABLE t (n BIGINT) ENGINE=InnoDB");
            execute(mariaDb, "INSERT INTO t VALUES (42)");
            String address = mariaDb.address();

            mariaDb.kill();
            assertThatThrownBy(() -> query(mariaDb, "SELECT 1")).hasMessageContaining("MariaDB at");
            mariaDb.restart();

            assertThat(mariaDb.address()).isEqualTo(address);
            assertThat(query(mariaDb, "SELECT n FROM t")).isEqualTo("42");
            assertThat(query(mariaDb, "SELECT @@innodb_flush_log_at_trx_commit, @@max_connections, @@bind_address"))
                    .isEqualTo("1 33 127.0.0.1");
        }
    }

    @Test
    void sharedMariaDbSurvivesClose() throws Exception {
        MariaDbServer.shared().close();
        assertThat(query(MariaDbServer.shared(), "SELECT DATABASE()")).isEqualTo("test");
    }

    @Test
    void givenServersAreNeverStopped() {
        try (MemcachedServer own = MemcachedServer.startOwn()) {
            try (MariaDbServer mariaDb =
                            MariaDbServer.startUnlessGiven("jdbc:mysql://127.0.0.1:3306/?user=shop&password=p%26w");
                    MemcachedServer memcached = MemcachedServer.startUnlessGiven(own.address())) {
                assertThat(mariaDb.user() + ":" + mariaDb.password() + "@" + mariaDb.address())
                        .isEqualTo("shop:p&w@127.0.0.1:3306");
                assertThatThrownBy(mariaDb::stop).hasMessageContaining("MYSQL_URL");
                assertThatThrownBy(mariaDb::kill).hasMessageContaining("MYSQL_URL");
                assertThatThrownBy(mariaDb::restart).hasMessageContaining("MYSQL_URL");
                assertThatThrownBy(memcached::stop).hasMessageContaining("MEMCACHED_ADDR");
                assertThatThrownBy(memcached::kill).hasMessageContaining("MEMCACHED_ADDR");
                assertThatThrownBy(memcached::restart).hasMessageContaining("MEMCACHED_ADDR");
            }
            assertThat(own.command("version").get(0)).startsWith("VERSION");
        }
    }

    @Test
    void aFailedStartSaysWhy() {
        assertThatThrownBy(() -> MariaDbServer.startUnlessGiven("localhost:3306"))
                .hasMessageContaining("MYSQL_URL=localhost:3306")
                .hasMessageContaining("jdbc:mysql://host:port/");
        assertThatThrownBy(() -> MariaDbServer.startOwn("--no-such-option=1"))
                .hasMessageContaining("MariaDB ended with status")
                .hasMessageContaining("no-such-option");
        assertThatThrownBy(() -> MemcachedServer.startOwn("--no-such-option"))
                .hasMessageContaining("memcached ended with status")
                .hasMessageContaining("no-such-option");
    }

    private static void execute(MariaDbServer server, String sql) throws SQLException {
        try (Connection connection = server.dataSource("test").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** {@return the columns of the first row, separated by spaces} */
    private static String query(MariaDbServer server, String sql) throws SQLException {
        try (Connection connection = server.dataSource("test").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            StringBuilder columns = new StringBuilder();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                columns.append(i == 1 ? "" : " ").append(row.getString(i));
            }
            return columns.toString();
        }
    }
}
