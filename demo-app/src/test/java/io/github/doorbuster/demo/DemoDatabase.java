package io.github.doorbuster.demo;

import io.github.doorbuster.testing.MariaDbServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A database of its own for one test: as a demo is told of it, and as the test looks into it. */
record DemoDatabase(MariaDbServer server, String url) {

    static DemoDatabase on(MariaDbServer server) {
        return new DemoDatabase(
                server, server.jdbcUrl("shop_" + UUID.randomUUID().toString().substring(0, 8)));
    }

    /** The options of a demo that uses it. */
    List<String> options(Path journal) {
        return List.of(
                "--jdbc-url=" + url,
                "--jdbc-user=" + server.user(),
                "--jdbc-password=" + server.password(),
                "--journal-dir=" + journal);
    }

    Connection connection() throws SQLException {
        return DriverManager.getConnection(url, server.user(), server.password());
    }

    /** The views of every item. */
    Map<String, Long> views() throws SQLException {
        return EndToEndSuite.viewsIn(connection());
    }
}
