package io.github.doorbuster.pvpool.jdbc;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A new database on a server, for one test. */
final class MariaDbDatabase {

    private final MariaDbServer server;
    private final String url;

    private MariaDbDatabase(MariaDbServer server) {
        this.server = server;
        this.url = server.jdbcUrl("pv_" + UUID.randomUUID().toString().substring(0, 8));
    }

    static MariaDbDatabase empty() {
        return new MariaDbDatabase(MariaDbServer.shared());
    }

    static MariaDbDatabase withTables() throws Exception {
        return withTables(MariaDbServer.shared());
    }

    static MariaDbDatabase withTables(MariaDbServer server) throws Exception {
        MariaDbDatabase database = new MariaDbDatabase(server);
        database.createTables();
        return database;
    }

    private void createTables() throws Exception {
        new JdbcPvStore(dataSource(), JdbcConfig.builder().createTables(true).build()).prepare();
    }

    String url() {
        return url;
    }

    String address() {
        return server.address();
    }

    MysqlDataSource dataSource() throws SQLException {
        return dataSource(address());
    }

    /** A DataSource that connects to a proxy of the server. */
    MysqlDataSource dataSource(String address) throws SQLException {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(url.replace(address(), address));
        dataSource.setUser(server.user());
        dataSource.setPassword(server.password());
        dataSource.setConnectTimeout(2000);
        return dataSource;
    }

    Map<String, Long> counts() throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT item_id, pv FROM item_pv")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    /** The counts in a schema of a server; none while it has no table of counts. */
    static Map<String, Long> countsIn(MariaDbServer server, String schema) {
        Map<String, Long> counts = new TreeMap<>();
        String url = "jdbc:mysql://%s/%s".formatted(server.address(), schema);
        try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT item_id, pv FROM item_pv")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        } catch (SQLException e) {
            return counts;
        }
        return counts;
    }

    /** The first column of a query. */
    List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    long ledgerRows() throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM item_pv_ledger")) {
            row.next();
            return row.getLong(1);
        }
    }
}
