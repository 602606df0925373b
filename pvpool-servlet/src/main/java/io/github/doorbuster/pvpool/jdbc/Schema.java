package io.github.doorbuster.pvpool.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Set;

/** The tables in the database: how to add counts, and the type of the id column. */
record Schema(CountTable counts, IdColumn ids) {

    private static final Set<Integer> TEXT_TYPES =
            Set.of(Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR);
    private static final Set<Integer> INTEGER_TYPES =
            Set.of(Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT);

    /**
     * Creates missing tables if configured, and checks all tables.
     *
     * @throws IllegalArgumentException if counts would be wrong because of the type of a column
     */
    static Schema prepare(Connection connection, JdbcConfig config, TableNames names) throws SQLException {
        if (config.createTables()) {
            create(connection, names);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SELECT journal, owner, epoch, segment, item_id, views, has_folder, renew_millis, renewed_at FROM %s WHERE 1 = 0"
                            .formatted(names.ledger()));
            statement.execute(
                    "SELECT journal, segment, item_id, views FROM %s WHERE 1 = 0".formatted(names.rejected()));
        }
        IdColumn ids = inspect(connection, config, names);
        List<String> failures = StartChecks.failures(connection, names, ids == IdColumn.TEXT);
        if (!failures.isEmpty()) {
            throw new IllegalArgumentException("table=%s: cannot be used, because counts would be wrong:\n%s"
                    .formatted(config.table(), String.join("\n", failures)));
        }
        return config.updateOnly()
                ? new Schema(CountTable.updating(names, ids), ids)
                : new Schema(CountTable.upserting(names, Dialect.probe(connection, names)), ids);
    }

    private static IdColumn inspect(Connection connection, JdbcConfig config, TableNames names) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT %s, %s FROM %s WHERE 1 = 0"
                        .formatted(names.idColumn(), names.countColumn(), names.table()))) {
            ResultSetMetaData columns = none.getMetaData();
            if (columns.getColumnType(2) != Types.BIGINT) {
                throw new IllegalArgumentException(
                        "countColumn=%s: is %s, must be BIGINT, because smaller types overflow or clamp the count; change the type of the column"
                                .formatted(config.countColumn(), columns.getColumnTypeName(2)));
            }
            int type = columns.getColumnType(1);
            if (TEXT_TYPES.contains(type)) {
                return IdColumn.TEXT;
            }
            if (INTEGER_TYPES.contains(type) && config.updateOnly()) {
                return IdColumn.INTEGER;
            }
            throw new IllegalArgumentException(
                    "idColumn=%s: is %s, must be a character column, or an integer column with updateOnly=true, because ids are text"
                            .formatted(config.idColumn(), columns.getColumnTypeName(1)));
        }
    }

    private static void create(Connection connection, TableNames names) throws SQLException {
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
