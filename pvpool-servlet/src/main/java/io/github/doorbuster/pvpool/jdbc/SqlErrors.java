package io.github.doorbuster.pvpool.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** Reads what an {@link SQLException} means for the rows that were being written. */
final class SqlErrors {

    /**
     * MySQL's codes for bad data under the catch-all state HY000: incorrect string value, check constraint violated.
     */
    private static final Set<Integer> DATA_CODES = Set.of(1366, 3819);

    private SqlErrors() {}

    /** The row is there already. */
    static boolean isDuplicate(SQLException e) {
        return stateOf(e).startsWith("23");
    }

    /** The data itself is rejected, now and each time it is offered. */
    static boolean isData(SQLException e) {
        String state = stateOf(e);
        return state.startsWith("22") || state.startsWith("23") || DATA_CODES.contains(e.getErrorCode());
    }

    /** The statement is wrong for this database: a missing table or column, a syntax it does not know, no privilege. */
    static boolean isStatement(SQLException e) {
        return stateOf(e).startsWith("42");
    }

    private static String stateOf(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
