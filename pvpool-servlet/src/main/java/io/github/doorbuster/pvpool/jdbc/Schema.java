package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.Buckets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Set;

/**
 * The tables in the database.
 *
 * @param counts adds counts, also in buckets
 * @param ids the type of the id column
 * @param buckets the buckets that are counted
 * @param bucketTables the tables of the buckets
 */
record Schema(CountTable counts, IdColumn ids, Buckets buckets, BucketTables bucketTables) {

    private static final Set<Integer> TEXT_TYPES =
            Set.of(Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR);
    private static final Set<Integer> INTEGER_TYPES =
            Set.of(Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT);

    /**
     * Creates missing tables if configured, and checks all tables.
     *
     * @throws IllegalArgumentException if counts would be wrong because of the type of a column
     */
    static Schema prepare(Connection connection, JdbcConfig config, TableNames names, Buckets buckets)
            throws SQLException {
        CreateStatements tables = new CreateStatements(names, buckets);
        if (config.createTables()) {
            tables.run(connection);
        } else {
            tables.requireTables(connection);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SELECT journal, owner, epoch, segment, item_id, views, has_folder, renew_millis, renewed_at FROM %s WHERE 1 = 0"
                            .formatted(names.ledger()));
            statement.execute(
                    "SELECT journal, segment, item_id, views FROM %s WHERE 1 = 0".formatted(names.rejected()));
        }
        IdColumn ids = inspect(connection, config, names);
        for (Width width : buckets.widths()) {
            inspect(connection, names.buckets(width), width == Width.HOUR ? ", heat" : "");
        }
        List<String> failures = StartChecks.failures(connection, names, ids == IdColumn.TEXT, buckets);
        if (!failures.isEmpty()) {
            throw new IllegalArgumentException("table=%s: cannot be used, because counts would be wrong:\n%s"
                    .formatted(config.table(), String.join("\n", failures)));
        }
        if (!buckets.isNone()) {
            new BucketZones(connection, names).require(buckets);
        }
        return of(names, dialect(connection, config, names, buckets), config.updateOnly(), ids, buckets);
    }

    private static Dialect dialect(Connection connection, JdbcConfig config, TableNames names, Buckets buckets)
            throws SQLException {
        if (!config.updateOnly()) {
            return Dialect.ofTotals(connection, names);
        }
        return buckets.isNone()
                ? Dialect.VALUES_FUNCTION // there are no upserts
                : Dialect.ofBuckets(
                        connection, names.buckets(buckets.widths().iterator().next()));
    }

    static Schema of(TableNames names, Dialect dialect, boolean updateOnly, IdColumn ids, Buckets buckets) {
        CountTable totals = updateOnly ? CountTable.updating(names, ids) : CountTable.upserting(names, dialect);
        BucketTables tables = new BucketTables(names, dialect);
        return new Schema(buckets.isNone() ? totals : tables.beside(totals), ids, buckets, tables);
    }

    /** Checks the columns of a table of buckets. */
    private static void inspect(Connection connection, String table, String more) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery(
                        "SELECT bucket_start, item_id, pv%s FROM %s WHERE 1 = 0".formatted(more, table))) {
            ResultSetMetaData columns = none.getMetaData();
            String start = columns.getColumnTypeName(1);
            if (columns.getColumnType(1) != Types.TIMESTAMP
                    || (StartChecks.isMySql(connection) && !start.equals("DATETIME"))) {
                throw new IllegalArgumentException(
                        "%s.bucket_start: is %s, must be DATETIME, which the database does not convert to another zone; change the type of the column"
                                .formatted(table, start));
            }
            if (!TEXT_TYPES.contains(columns.getColumnType(2))) {
                throw new IllegalArgumentException("%s.item_id: is %s, must be a character column, because ids are text"
                        .formatted(table, columns.getColumnTypeName(2)));
            }
            if (columns.getColumnType(3) != Types.BIGINT) {
                throw new IllegalArgumentException(
                        "%s.pv: is %s, must be BIGINT, because smaller types overflow or clamp the count; change the type of the column"
                                .formatted(table, columns.getColumnTypeName(3)));
            }
        }
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
}
