package io.github.doorbuster.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The demo with its defaults: H2 and locks in memory. */
class EmbeddedIT extends EndToEndSuite {

    @TempDir
    Path folder;

    @Override
    List<String> options() {
        return List.of();
    }

    @Override
    Map<String, Long> writtenViews(DemoClient client, Collection<String> ids) throws Exception {
        return client.views(ids); // no other process can open a database in memory
    }

    @Override
    List<String> lastingOptions() {
        return List.of("--jdbc-url", lastingUrl());
    }

    @Override
    Connection lastingDatabase() throws SQLException {
        return DriverManager.getConnection(lastingUrl());
    }

    private String lastingUrl() {
        return "jdbc:h2:file:" + folder.resolve("shop") + ";MODE=MySQL";
    }
}
