package io.github.doorbuster.pvpool.jdbc;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A database of its own for one test, reached directly or through a proxy. */
final class MariaDbDatabase {

    private final MariaDbServer server;
    private final String url;

    MariaDbDatabase(MariaDbServer server) throws Exception {
        this.server = server;
        this.url = server.jdbcUrl("pv_" + UUID.randomUUID().toString().substring(0, 8));
        new JdbcPvStore(direct(), JdbcConfig.builder().createTables(true).build()).prepare();
    }

    String url() {
        return url;
    }

    MysqlDataSource direct() throws SQLException {
        return at(url);
    }

    MysqlDataSource through(String address) throws SQLException {
        return at(url.replace(server.address(), address));
    }

    private MysqlDataSource at(String where) throws SQLException {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(where);
        dataSource.setUser(server.user());
        dataSource.setPassword(server.password());
        dataSource.setConnectTimeout(2000);
        return dataSource;
    }

    Map<String, Long> counts() throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = direct().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT item_id, pv FROM item_pv")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    long ledgerRows() throws SQLException {
        try (Connection connection = direct().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM item_pv_ledger")) {
            row.next();
            return row.getLong(1);
        }
    }
}
