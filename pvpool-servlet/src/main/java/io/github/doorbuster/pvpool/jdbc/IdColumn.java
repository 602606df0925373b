package io.github.doorbuster.pvpool.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Pattern;

/**
 * The type of the id column. Text is compared with text and integers with integers: if MySQL compares a text with an
 * integer, {@code 'm1' = 0} is true, and two large integers are equal if they are the same as a double.
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
    /** An integer column, which has rows only for ids that are integers. */
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
                return 0; // out of range: its text differs from the id
            }
        }
    };

    private static final Pattern CANONICAL = Pattern.compile("-?[1-9][0-9]{0,18}|0");

    /** Whether the column can hold the id. */
    abstract boolean fits(String id);

    abstract void bind(PreparedStatement statement, int parameter, String id) throws SQLException;
}
