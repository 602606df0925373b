package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.Buckets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The statements that create the tables, from {@code schema.sql} and {@code buckets.sql}. */
final class CreateStatements {

    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*\\R?");
    private static final Pattern CREATE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\S+)");

    private final TableNames names;
    private final Map<String, String> byTable = new LinkedHashMap<>();

    CreateStatements(TableNames names, Buckets buckets) {
        this.names = names;
        add(names.fill(script("schema.sql")));
        if (!buckets.isNone()) {
            add(names.fill(script("buckets.sql")));
        }
        for (Width width : Width.values()) {
            if (!buckets.widths().contains(width)) {
                byTable.remove(names.buckets(width));
            }
        }
    }

    private void add(String script) {
        for (String statement : COMMENT.matcher(script).replaceAll("").split(";")) {
            Matcher create = CREATE.matcher(statement);
            if (create.find()) {
                byTable.put(create.group(1), statement.strip());
            }
        }
    }

    private static String script(String name) {
        try (InputStream script = CreateStatements.class.getResourceAsStream(name)) {
            if (script == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates the tables that do not exist. */
    void run(Connection connection) throws SQLException {
        for (String statement : byTable.values()) {
            execute(connection, statement);
        }
    }

    /**
     * Checks that all tables exist.
     *
     * @throws IllegalArgumentException if some do not; the message has their statements
     */
    void requireTables(Connection connection) throws SQLException {
        Map<String, String> missing = new LinkedHashMap<>();
        for (Map.Entry<String, String> each : byTable.entrySet()) {
            try {
                execute(connection, "SELECT 1 FROM %s WHERE 1 = 0".formatted(each.getKey()));
            } catch (SQLException e) {
                if (!SqlErrors.isMissingTable(e)) {
                    throw e;
                }
                missing.put(each.getKey(), each.getValue());
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "table=%s: these tables do not exist: %s; set createTables=true, or run:\n%s;"
                            .formatted(
                                    names.table(),
                                    String.join(", ", missing.keySet()),
                                    String.join(";\n", missing.values())));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
