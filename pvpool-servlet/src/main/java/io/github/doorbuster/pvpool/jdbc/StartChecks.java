package io.github.doorbuster.pvpool.jdbc;

import com.google.errorprone.annotations.FormatMethod;
import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.Buckets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the database counts exactly. Without a unique key, with a case-insensitive collation, in a table without
 * transactions, or with silent truncation, it would count wrongly without an error.
 *
 * <p>Each failed check is one line: what was found, what is needed, and the statement that fixes it.
 */
final class StartChecks {

    /**
     * FLOOR(2 * LN(GREATEST(pv, 4))), as MySQL and MariaDB print it without quotes and spaces. With 1 instead of 4, the
     * items are found as well, but the index of small counts costs more.
     */
    private static final Pattern HEAT = Pattern.compile("floor\\(\\(?2\\*(ln|log)\\(greatest\\(pv,[14]\\)\\)\\)?\\)");

    private final Connection connection;
    private final TableNames names;
    private final boolean textIds;
    private final Buckets buckets;
    private final List<String> failures = new ArrayList<>();

    private StartChecks(Connection connection, TableNames names, boolean textIds, Buckets buckets) {
        this.connection = connection;
        this.names = names;
        this.textIds = textIds;
        this.buckets = buckets;
    }

    /** Runs all checks and returns a line for each that failed. The tables and columns must exist. */
    static List<String> failures(Connection connection, TableNames names, boolean textIds, Buckets buckets)
            throws SQLException {
        StartChecks checks = new StartChecks(connection, names, textIds, buckets);
        checks.uniqueKeys();
        if (isMySql(connection)) {
            checks.engines();
            checks.collations();
            checks.heat();
            checks.sqlMode();
            checks.binlogFormat();
        }
        if (checks.failures.isEmpty()) {
            checks.privilegesOnBuckets();
            checks.privileges(); // with a wrong binlog_format, the other checks would fail
        }
        return checks.failures;
    }

    /** Whether the database is MySQL or speaks its protocol: MariaDB, TiDB. */
    static boolean isMySql(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        return product.contains("mysql") || product.contains("mariadb");
    }

    private List<String> bucketTables() {
        return buckets.widths().stream().map(names::buckets).toList();
    }

    private void uniqueKeys() throws SQLException {
        uniqueKey(names.table(), List.of(names.idColumn()), "one item would get many rows");
        for (String table : bucketTables()) {
            uniqueKey(table, List.of("bucket_start", "item_id"), "one bucket of an item would get many rows");
        }
    }

    private void uniqueKey(String table, List<String> key, String otherwise) throws SQLException {
        String keyText = String.join(", ", key);
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT %s FROM %s WHERE 1 = 0".formatted(keyText, table))) {
            ResultSetMetaData columns = none.getMetaData();
            DatabaseMetaData database = connection.getMetaData();
            Map<String, List<String>> keys = new HashMap<>();
            try (ResultSet indexes = database.getIndexInfo(
                    columns.getCatalogName(1), schemaOf(columns), columns.getTableName(1), true, true)) {
                while (indexes.next()) {
                    String column = indexes.getString("COLUMN_NAME");
                    if (column != null) {
                        keys.computeIfAbsent(indexes.getString("INDEX_NAME"), first -> new ArrayList<>())
                                .add(column.toLowerCase(Locale.ROOT));
                    }
                }
            }
            List<String> wanted =
                    key.stream().map(column -> column.toLowerCase(Locale.ROOT)).toList();
            if (!keys.containsValue(wanted)) {
                fail(
                        "%s has no unique key on %s alone, so that %s; run ALTER TABLE %s ADD UNIQUE KEY (%s)",
                        table, keyText, otherwise, table, keyText);
            }
        }
    }

    private static @Nullable String schemaOf(ResultSetMetaData columns) throws SQLException {
        String schema = columns.getSchemaName(1);
        return schema.isEmpty() ? null : schema;
    }

    private void engines() throws SQLException {
        List<String> tables = new ArrayList<>(List.of(names.table(), names.ledger(), names.rejected()));
        tables.addAll(bucketTables());
        for (String table : tables) {
            String engine = text(
                    "SELECT t.ENGINE FROM information_schema.TABLES t JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE"
                            + " WHERE t.TABLE_SCHEMA = COALESCE(?, DATABASE()) AND t.TABLE_NAME = ? AND e.TRANSACTIONS <> 'YES'",
                    TableNames.schemaOf(table),
                    TableNames.bare(table));
            if (!engine.isEmpty()) {
                fail(
                        "%s has the engine %s, which has no transactions; run ALTER TABLE %s ENGINE=InnoDB",
                        table, engine, table);
            }
        }
    }

    private void collations() throws SQLException {
        if (textIds) {
            collation(names.table(), names.idColumn());
        }
        for (String table : bucketTables()) {
            collation(table, "item_id");
        }
    }

    private void collation(String table, String idColumn) throws SQLException {
        String collation = text(
                "SELECT COLLATION_NAME FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? AND COLUMN_NAME = ?",
                TableNames.schemaOf(table),
                TableNames.bare(table),
                idColumn);
        if (!collation.isEmpty() && !collation.endsWith("_bin") && !collation.equals("binary")) {
            fail(
                    "%s.%s has the collation %s, in which different ids may be equal, such as a and A; run ALTER TABLE %s MODIFY %s VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL",
                    table, idColumn, collation, table, idColumn);
        }
    }

    /** The items with the most views are found by their heat: with another value, some of them would be missing. */
    private void heat() throws SQLException {
        if (!buckets.widths().contains(Width.HOUR)) {
            return;
        }
        String table = names.buckets(Width.HOUR);
        String expression = text(
                "SELECT GENERATION_EXPRESSION FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? AND COLUMN_NAME = 'heat'",
                TableNames.schemaOf(table),
                TableNames.bare(table));
        String plain = expression.replaceAll("[`\\s]", "").toLowerCase(Locale.ROOT);
        if (!HEAT.matcher(plain).matches()) {
            fail(
                    "%s.heat is %s, with which the items with the most views are not found; run ALTER TABLE %s DROP COLUMN heat, ADD COLUMN heat INT AS (FLOOR(2 * LN(GREATEST(pv, 4)))), ADD KEY (bucket_start, heat)",
                    table, plain.isEmpty() ? "not a generated column" : "generated as " + expression, table);
        }
    }

    private void sqlMode() throws SQLException {
        String mode = text("SELECT @@SESSION.sql_mode");
        if (!mode.contains("STRICT_TRANS_TABLES") && !mode.contains("STRICT_ALL_TABLES")) {
            fail(
                    "the sql_mode is \"%s\", which cuts an id that is too long and counts it for another item; run SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, ',STRICT_TRANS_TABLES'), or leave jdbcCompliantTruncation on in the URL",
                    mode);
        }
    }

    private void binlogFormat() throws SQLException {
        if (text("SELECT @@GLOBAL.log_bin").equals("1")
                && text("SELECT @@SESSION.binlog_format").equals("STATEMENT")) {
            fail(
                    "the binlog_format is STATEMENT, with which InnoDB rejects writes in READ COMMITTED; run SET GLOBAL binlog_format = 'ROW'");
        }
    }

    /** EXPLAIN needs the privileges of the statement that it explains, and changes nothing. */
    private void privileges() throws SQLException {
        String where = " WHERE 1 = 0";
        requirePrivilege(
                "UPDATE", names.table(), "UPDATE %s SET %s = 1".formatted(names.table(), names.countColumn()) + where);
        requirePrivilege("UPDATE", names.ledger(), "UPDATE %s SET epoch = 1".formatted(names.ledger()) + where);
        requirePrivilege(
                "INSERT",
                names.ledger(),
                "INSERT INTO %s (journal, owner, epoch, segment, item_id, views, has_folder, renew_millis) VALUES ('', '', 0, 0, '', 0, FALSE, 0)"
                        .formatted(names.ledger()));
        requirePrivilege("DELETE", names.ledger(), "DELETE FROM " + names.ledger() + where);
        requirePrivilege(
                "INSERT",
                names.rejected(),
                "INSERT INTO %s (journal, segment, item_id, views, reason) VALUES ('', 0, '', 0, '')"
                        .formatted(names.rejected()));
    }

    private void privilegesOnBuckets() throws SQLException {
        for (String table : bucketTables()) {
            requirePrivilege(
                    "INSERT",
                    table,
                    "INSERT INTO %s (bucket_start, item_id, pv) VALUES ('2000-01-01 00:00:00', '', 0)"
                            .formatted(table));
            requirePrivilege("UPDATE", table, "UPDATE %s SET pv = 1 WHERE 1 = 0".formatted(table));
            requirePrivilege("DELETE", table, "DELETE FROM %s WHERE 1 = 0".formatted(table));
        }
    }

    private void requirePrivilege(String privilege, String table, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("EXPLAIN " + sql);
        } catch (SQLException e) {
            if (!SqlErrors.isStatement(e)) {
                throw e;
            }
            fail(
                    "%s on %s is denied (%s); run GRANT %s ON %s TO the user of the pool",
                    privilege, table, e.getMessage(), privilege, table);
        }
    }

    /** The only value of a query, or the empty text. */
    private String text(String sql, @Nullable String... parameters) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = select.executeQuery()) {
                String value = row.next() ? row.getString(1) : null;
                return value == null ? "" : value;
            }
        }
    }

    @FormatMethod
    private void fail(String line, Object... found) {
        failures.add(line.formatted(found));
    }
}
