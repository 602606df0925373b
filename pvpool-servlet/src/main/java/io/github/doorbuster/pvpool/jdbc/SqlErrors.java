package io.github.doorbuster.pvpool.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** Classifies an {@link SQLException} by its SQLState and vendor code. */
final class SqlErrors {

    /** MySQL's codes with the general SQLState HY000 that are about data: wrong string value, failed check. */
    private static final Set<Integer> DATA_CODES = Set.of(1366, 3819);

    private static final Set<String> MISSING_TABLE = Set.of("42S02", "42S03", "42S04");

    private SqlErrors() {}

    /** Whether the row already exists. */
    static boolean isDuplicate(SQLException e) {
        return stateOf(e).startsWith("23");
    }

    /** Whether the database rejects the data, so that a retry would fail as well. */
    static boolean isData(SQLException e) {
        String state = stateOf(e);
        return state.startsWith("22") || state.startsWith("23") || DATA_CODES.contains(e.getErrorCode());
    }

    /** Whether the database rejects the statement: a missing table, column or privilege, or unknown syntax. */
    static boolean isStatement(SQLException e) {
        return stateOf(e).startsWith("42");
    }

    /** Whether a table does not exist. H2 has two more states for it. */
    static boolean isMissingTable(SQLException e) {
        return MISSING_TABLE.contains(stateOf(e));
    }

    private static String stateOf(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
