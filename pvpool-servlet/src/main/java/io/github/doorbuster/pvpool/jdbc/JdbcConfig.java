package io.github.doorbuster.pvpool.jdbc;

import java.util.regex.Pattern;

/**
 * Which table a {@link JdbcPvStore} adds to, and how. The ledger and the table of rejected rows stand beside it, named
 * after it: {@code <table>_ledger} and {@code <table>_rejected}.
 *
 * @param table the table of counts, optionally with its schema: {@code shop.item_pv}
 * @param idColumn its column of item ids, a primary or unique key
 * @param countColumn its column of counts, a {@code BIGINT}
 * @param updateOnly true to count only items that have a row already
 * @param createTables true to create the tables that do not exist
 * @param storeTimeoutMillis milliseconds after which an unanswered statement counts as failed
 * @param ledgerDays days after which ledger rows that no node has cleared away are dropped
 */
public record JdbcConfig(
        String table,
        String idColumn,
        String countColumn,
        boolean updateOnly,
        boolean createTables,
        int storeTimeoutMillis,
        int ledgerDays) {

    /** Default of {@code table}. */
    public static final String DEFAULT_TABLE = "item_pv";
    /** Default of {@code idColumn}. */
    public static final String DEFAULT_ID_COLUMN = "item_id";
    /** Default of {@code countColumn}. */
    public static final String DEFAULT_COUNT_COLUMN = "pv";
    /** Default of {@code storeTimeoutMillis}. */
    public static final int DEFAULT_STORE_TIMEOUT_MILLIS = 10_000;
    /** Default of {@code ledgerDays}. */
    public static final int DEFAULT_LEDGER_DAYS = 30;

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,47}");

    /**
     * Checks every value; identifiers become part of SQL text and are held to letters, digits and underscores.
     *
     * @param table the table of counts, optionally with its schema: {@code shop.item_pv}
     * @param idColumn its column of item ids, a primary or unique key
     * @param countColumn its column of counts, a {@code BIGINT}
     * @param updateOnly true to count only items that have a row already
     * @param createTables true to create the tables that do not exist
     * @param storeTimeoutMillis milliseconds after which an unanswered statement counts as failed
     * @param ledgerDays days after which ledger rows that no node has cleared away are dropped
     * @throws IllegalArgumentException naming the key, the value and the rule
     */
    public JdbcConfig {
        String[] parts = table.split("\\.", -1);
        if (parts.length > 2) {
            throw new IllegalArgumentException(
                    "table=%s: must be a table or schema.table".formatted(Excerpt.of(table)));
        }
        for (String part : parts) {
            identifier("table", part);
        }
        identifier("idColumn", idColumn);
        identifier("countColumn", countColumn);
        Settings.requireRange(
                "storeTimeoutMillis", storeTimeoutMillis, 100, 600_000, "long enough for a chunk on a busy day");
        Settings.requireRange(
                "ledgerDays", ledgerDays, 1, 3650, "longer than a node with unwritten views may stay switched off");
    }

    private static void identifier(String key, String value) {
        if (!IDENTIFIER.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s=%s: must be a letter or underscore, then letters, digits and underscores, 48 at most; rename it or use a view"
                            .formatted(key, Excerpt.of(value)));
        }
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values; each method is named like the init-param. */
    public static final class Builder {

        private String table = DEFAULT_TABLE;
        private String idColumn = DEFAULT_ID_COLUMN;
        private String countColumn = DEFAULT_COUNT_COLUMN;
        private boolean updateOnly;
        private boolean createTables;
        private int storeTimeoutMillis = DEFAULT_STORE_TIMEOUT_MILLIS;
        private int ledgerDays = DEFAULT_LEDGER_DAYS;

        private Builder() {}

        /**
         * Sets the table of counts.
         *
         * @param table its name, optionally with its schema
         * @return this builder
         */
        public Builder table(String table) {
            this.table = table;
            return this;
        }

        /**
         * Sets the column of item ids.
         *
         * @param idColumn its name
         * @return this builder
         */
        public Builder idColumn(String idColumn) {
            this.idColumn = idColumn;
            return this;
        }

        /**
         * Sets the column of counts.
         *
         * @param countColumn its name
         * @return this builder
         */
        public Builder countColumn(String countColumn) {
            this.countColumn = countColumn;
            return this;
        }

        /**
         * Sets whether only items that have a row already are counted.
         *
         * @param updateOnly true to update only
         * @return this builder
         */
        public Builder updateOnly(boolean updateOnly) {
            this.updateOnly = updateOnly;
            return this;
        }

        /**
         * Sets whether missing tables are created.
         *
         * @param createTables true to create them
         * @return this builder
         */
        public Builder createTables(boolean createTables) {
            this.createTables = createTables;
            return this;
        }

        /**
         * Sets how long a statement may go unanswered.
         *
         * @param storeTimeoutMillis milliseconds, 100 or more
         * @return this builder
         */
        public Builder storeTimeoutMillis(int storeTimeoutMillis) {
            this.storeTimeoutMillis = storeTimeoutMillis;
            return this;
        }

        /**
         * Sets how long ledger rows that nobody clears away are kept.
         *
         * @param ledgerDays days, 1 or more
         * @return this builder
         */
        public Builder ledgerDays(int ledgerDays) {
            this.ledgerDays = ledgerDays;
            return this;
        }

        /**
         * Checks the values.
         *
         * @return the configuration
         * @throws IllegalArgumentException naming the key, the value and the rule
         */
        public JdbcConfig build() {
            return new JdbcConfig(
                    table, idColumn, countColumn, updateOnly, createTables, storeTimeoutMillis, ledgerDays);
        }
    }
}
