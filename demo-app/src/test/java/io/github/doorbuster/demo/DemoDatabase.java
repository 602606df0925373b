package io.github.doorbuster.demo;

import io.github.doorbuster.testing.MariaDbServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A new database for the demo of one test. */
record DemoDatabase(MariaDbServer server, String name) {

    static DemoDatabase on(MariaDbServer server) {
        return new DemoDatabase(server, "shop_" + UUID.randomUUID().toString().substring(0, 8));
    }

    /** {@return the options of a demo that uses this database} */
    List<String> options() {
        return List.of(
                "--jdbc-url=" + server.jdbcUrl(name),
                "--jdbc-user=" + server.user(),
                "--jdbc-password=" + server.password());
    }

    /** {@return the options of a demo that uses this database and a journal} */
    List<String> options(Path journal) {
        return List.of(
                "--jdbc-url=" + server.jdbcUrl(name),
                "--jdbc-user=" + server.user(),
                "--jdbc-password=" + server.password(),
                "--journal-dir=" + journal);
    }

    Connection connection() throws SQLException {
        return server.dataSource(name).getConnection();
    }

    /** {@return the views of every item} */
    Map<String, Long> views() throws SQLException {
        return viewsIn(connection());
    }

    /** Reads the views of every item and closes the connection. */
    static Map<String, Long> viewsIn(Connection database) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (database;
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("SELECT item_id, pv FROM item_pv")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }
}
