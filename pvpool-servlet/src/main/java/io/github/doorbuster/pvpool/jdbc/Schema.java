package io.github.doorbuster.pvpool.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Creates the tables where that is wanted, and finds out how the table of counts is written. */
final class Schema {

    private Schema() {}

    static CountTable prepare(Connection connection, JdbcConfig config, Names names) throws SQLException {
        if (config.createTables()) {
            create(connection, names);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT segment, chunk FROM %s WHERE 1 = 0".formatted(names.ledger()));
            statement.execute("SELECT segment, item_id, views FROM %s WHERE 1 = 0".formatted(names.refused()));
            statement.execute("SELECT %s, %s FROM %s WHERE 1 = 0"
                    .formatted(names.idColumn(), names.countColumn(), names.table()));
        }
        return config.updateOnly()
                ? CountTable.updating(names)
                : CountTable.upserting(names, Dialect.probe(connection, names));
    }

    private static void create(Connection connection, Names names) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String text : names.fill(script()).split(";")) {
                if (!text.isBlank()) {
                    statement.execute(text);
                }
            }
        }
    }

    private static String script() {
        try (InputStream script = Schema.class.getResourceAsStream("schema.sql")) {
            if (script == null) {
                throw new IllegalStateException("schema.sql is missing from the jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
