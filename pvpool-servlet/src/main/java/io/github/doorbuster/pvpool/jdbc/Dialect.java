package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import java.util.function.Function;

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

    /** The dialect for upserts of totals. */
    static Dialect ofTotals(Connection connection, TableNames names) throws SQLException {
        return probe(connection, dialect -> dialect.upsert(names, rows -> rows.append("('probe', 1)")));
    }

    /** The dialect for upserts of buckets only, where totals are updated in a table that may accept no other rows. */
    static Dialect ofBuckets(Connection connection, String table) throws SQLException {
        return probe(
                connection,
                dialect -> dialect.upsertBucket(table, rows -> rows.append("('2000-01-01 00:00:00', 'probe', 1)")));
    }

    /** Explains the upsert in each dialect, which writes nothing, and returns the first that the database accepts. */
    private static Dialect probe(Connection connection, Function<Dialect, StatementText> upsert) throws SQLException {
        if (connection.getMetaData().getDatabaseProductVersion().contains("MariaDB")) {
            return VALUES_FUNCTION; // MariaDB would log the row alias as a syntax error
        }
        SQLException failure = null;
        for (Dialect dialect : values()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("EXPLAIN " + upsert.apply(dialect));
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

    /** Adds to the rows of one table of buckets. */
    StatementText upsertBucket(String table, Consumer<StatementText> rows) {
        StatementText text = new StatementText("INSERT INTO %s (bucket_start, item_id, pv) VALUES ".formatted(table));
        rows.accept(text);
        return text.append("%s ON DUPLICATE KEY UPDATE pv = %s.pv + %s"
                .formatted(afterRows, TableNames.bare(table), newValue.formatted("pv")));
    }

    /** Adds to the totals. */
    StatementText upsert(TableNames names, Consumer<StatementText> rows) {
        StatementText text = new StatementText(
                "INSERT INTO %s (%s, %s) VALUES ".formatted(names.table(), names.idColumn(), names.countColumn()));
        rows.accept(text);
        return text.append("%s ON DUPLICATE KEY UPDATE %s = COALESCE(%s.%s, 0) + %s"
                .formatted(
                        afterRows,
                        names.countColumn(),
                        names.bareTable(),
                        names.countColumn(),
                        newValue.formatted(names.countColumn())));
    }
}
