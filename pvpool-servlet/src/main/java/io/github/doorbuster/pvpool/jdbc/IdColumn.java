package io.github.doorbuster.pvpool.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Pattern;

/**
 * How ids are compared with the id column: text with text, numbers with numbers. Left to itself, MySQL finds that
 * {@code 'm1' = 0} is true, and that two large integers are the same double.
 */
enum IdColumn {
    /** A character column. */
    TEXT {
        @Override
        boolean fits(String id) {
            return true;
        }

        @Override
        void bind(PreparedStatement statement, int parameter, String id) throws SQLException {
            statement.setString(parameter, id);
        }
    },
    /** An integer column, which only has rows for ids that are integers. */
    INTEGER {
        @Override
        boolean fits(String id) {
            return CANONICAL.matcher(id).matches() && id.equals(String.valueOf(parsed(id)));
        }

        @Override
        void bind(PreparedStatement statement, int parameter, String id) throws SQLException {
            statement.setLong(parameter, parsed(id));
        }

        private long parsed(String id) {
            try {
                return Long.parseLong(id);
            } catch (NumberFormatException e) {
                return 0; // out of range, and never equal to its own text
            }
        }
    };

    private static final Pattern CANONICAL = Pattern.compile("-?[1-9][0-9]{0,18}|0");

    abstract boolean fits(String id);

    abstract void bind(PreparedStatement statement, int parameter, String id) throws SQLException;
}
