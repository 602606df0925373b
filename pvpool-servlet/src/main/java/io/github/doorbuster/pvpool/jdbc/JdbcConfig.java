package io.github.doorbuster.pvpool.jdbc;

import java.util.regex.Pattern;

/**
 * The configuration of a {@link JdbcPvStore}. {@link Builder} describes each option.
 *
 * <p>Immutable. The constructor throws {@link IllegalArgumentException} for a value that is not allowed.
 */
public record JdbcConfig(
        String table,
        String idColumn,
        String countColumn,
        boolean updateOnly,
        boolean createTables,
        int storeTimeoutMillis) {

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,47}");

    /** Checks every value. */
    public JdbcConfig {
        String[] parts = table.split("\\.", -1);
        if (parts.length > 2) {
            throw new IllegalArgumentException(
                    "table=%s: must be a table or schema.table".formatted(Excerpt.of(table)));
        }
        for (String part : parts) {
            requireIdentifier("table", part);
        }
        requireIdentifier("idColumn", idColumn);
        requireIdentifier("countColumn", countColumn);
        Settings.requireRange(
                "storeTimeoutMillis",
                storeTimeoutMillis,
                100,
                600_000,
                "it must be longer than your slowest transaction");
    }

    /** Identifiers become part of SQL text, so nothing that needs quoting is allowed. */
    private static void requireIdentifier(String key, String value) {
        if (!IDENTIFIER.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s=%s: must be a letter or underscore, then up to 47 letters, digits and underscores; rename it or use a view"
                            .formatted(key, Excerpt.of(value)));
        }
    }

    /** {@return a builder with the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a configuration. Each method has the name of its init-param. */
    public static final class Builder {

        private String table = "item_pv";
        private String idColumn = "item_id";
        private String countColumn = "pv";
        private boolean updateOnly;
        private boolean createTables;
        private int storeTimeoutMillis = 10_000;

        private Builder() {}

        /**
         * Sets the table of counts, optionally with its schema: {@code shop.item_pv}. Default: {@code item_pv}. Each
         * part has 1 to 48 letters, digits and underscores. The ledger and the table of rejected rows have the names
         * {@code <table>_ledger} and {@code <table>_rejected}.
         */
        public Builder table(String table) {
            this.table = table;
            return this;
        }

        /**
         * Sets the column of item ids, which must be a primary or unique key. Default: {@code item_id}. 1 to 48
         * letters, digits and underscores.
         */
        public Builder idColumn(String idColumn) {
            this.idColumn = idColumn;
            return this;
        }

        /**
         * Sets the column of counts, which must be a {@code BIGINT}. Default: {@code pv}. 1 to 48 letters, digits and
         * underscores.
         */
        public Builder countColumn(String countColumn) {
            this.countColumn = countColumn;
            return this;
        }

        /**
         * Sets whether to count only items that already have a row. Default: false, so that the first view of an item
         * inserts its row.
         */
        public Builder updateOnly(boolean updateOnly) {
            this.updateOnly = updateOnly;
            return this;
        }

        /** Sets whether to create missing tables, which needs the privilege to create tables. Default: false. */
        public Builder createTables(boolean createTables) {
            this.createTables = createTables;
            return this;
        }

        /**
         * Sets how long the database may take to respond before a statement counts as failed, in milliseconds: 100 to
         * 600,000, default 10,000. It must be longer than the slowest transaction takes.
         */
        public Builder storeTimeoutMillis(int storeTimeoutMillis) {
            this.storeTimeoutMillis = storeTimeoutMillis;
            return this;
        }

        /**
         * Builds the configuration.
         *
         * @throws IllegalArgumentException if a value is not allowed; the message names key, value and rule
         */
        public JdbcConfig build() {
            return new JdbcConfig(table, idColumn, countColumn, updateOnly, createTables, storeTimeoutMillis);
        }
    }
}
