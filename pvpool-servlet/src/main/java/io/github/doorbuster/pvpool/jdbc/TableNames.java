package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Bucket.Width;
import org.jspecify.annotations.Nullable;

/** The names of tables and columns, safe to be part of SQL text: {@link JdbcConfig} has checked them. */
record TableNames(String table, String idColumn, String countColumn) {

    static TableNames of(JdbcConfig config) {
        return new TableNames(config.table(), config.idColumn(), config.countColumn());
    }

    String ledger() {
        return table + "_ledger";
    }

    String rejected() {
        return table + "_rejected";
    }

    /** The table of the buckets of a width. */
    String buckets(Width width) {
        return table + "_" + width;
    }

    /** The table with the time zones of the tables of buckets. */
    String bucketZones() {
        return table + "_buckets";
    }

    /** So many question marks; a NULL if there are none. */
    static String placeholders(int size) {
        return size == 0 ? "NULL" : "?" + ", ?".repeat(size - 1);
    }

    /** The table without its schema, which qualifies its columns. */
    String bareTable() {
        return bare(table);
    }

    static String bare(String table) {
        return table.substring(table.indexOf('.') + 1);
    }

    /** {@return the schema of a table, null if it is that of the connection} */
    static @Nullable String schemaOf(String table) {
        return table.contains(".") ? table.substring(0, table.indexOf('.')) : null;
    }

    /** Replaces the placeholders in a text by the names. */
    String fill(String text) {
        return text.replace("${table}", table)
                .replace("${index}", bareTable())
                .replace("${idColumn}", idColumn)
                .replace("${countColumn}", countColumn);
    }
}
