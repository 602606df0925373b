package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The two ways to write an upsert that adds. The database is probed for the one it supports. */
enum Dialect {
    /** MySQL 8.0.19 and later, which deprecate {@code VALUES()}. */
    ROW_ALIAS(" AS n", "n.%s"),
    /** MariaDB, MySQL 5.7, TiDB, and H2 in MySQL mode. */
    VALUES_FUNCTION("", "VALUES(%s)");

    private final String afterRows;
    private final String newValue;

    Dialect(String afterRows, String newValue) {
        this.afterRows = afterRows;
        this.newValue = newValue;
    }

    /** Explains the upsert in each dialect, which writes nothing, and returns the first that the database accepts. */
    static Dialect probe(Connection connection, TableNames names) throws SQLException {
        if (connection.getMetaData().getDatabaseProductVersion().contains("MariaDB")) {
            return VALUES_FUNCTION; // MariaDB would log the row alias as a syntax error
        }
        SQLException failure = null;
        for (Dialect dialect : values()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("EXPLAIN " + dialect.upsert(names, "('probe', 1)"));
                return dialect;
            } catch (SQLException e) {
                if (!SqlErrors.isStatement(e)) {
                    throw e;
                }
                failure = e;
            }
        }
        throw failure == null ? new SQLException("no dialect") : failure;
    }

    String upsert(TableNames names, int rows) {
        return upsert(names, "(?, ?)" + ", (?, ?)".repeat(rows - 1));
    }

    /** Adds to the rows of one bucket, whose start is a literal. */
    String upsertBucket(String table, String start, int rows) {
        String row = "('" + start + "', ?, ?)";
        return "INSERT INTO %s (bucket_start, item_id, pv) VALUES %s%s ON DUPLICATE KEY UPDATE pv = %s.pv + %s"
                .formatted(
                        table,
                        row + (", " + row).repeat(rows - 1),
                        afterRows,
                        TableNames.bare(table),
                        newValue.formatted("pv"));
    }

    private String upsert(TableNames names, String rows) {
        return "INSERT INTO %s (%s, %s) VALUES %s%s ON DUPLICATE KEY UPDATE %s = COALESCE(%s.%s, 0) + %s"
                .formatted(
                        names.table(),
                        names.idColumn(),
                        names.countColumn(),
                        rows,
                        afterRows,
                        names.countColumn(),
                        names.bareTable(),
                        names.countColumn(),
                        newValue.formatted(names.countColumn()));
    }
}
