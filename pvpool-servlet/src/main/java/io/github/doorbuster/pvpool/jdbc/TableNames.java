package io.github.doorbuster.pvpool.jdbc;

/** The names that become part of SQL text, validated by {@link JdbcConfig}. */
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

    /** The table without its schema: how its columns are qualified. */
    String bareTable() {
        return table.substring(table.indexOf('.') + 1);
    }

    /** Puts the names into a text with placeholders. */
    String fill(String text) {
        return text.replace("${table}", table)
                .replace("${index}", bareTable())
                .replace("${idColumn}", idColumn)
                .replace("${countColumn}", countColumn);
    }
}
