package io.github.doorbuster.pvpool.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Pattern;

/**
 * The type of the id column. Text is compared with text, and integers with integers. If MySQL compared text with
 * integers, {@code 'm1' = 0} would be true, and two large integers would be equal if they are equal as doubles.
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

        @Override
        void append(StatementText text, String id) {
            text.appendId(id);
        }

        @Override
        int compare(String one, String other) {
            return one.compareTo(other); // as binary collations do
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

        @Override
        void append(StatementText text, String id) {
            text.append(parsed(id));
        }

        @Override
        int compare(String one, String other) {
            return Long.compare(parsed(one), parsed(other));
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

    abstract void append(StatementText text, String id);

    /** Compares ids as the column does. */
    abstract int compare(String one, String other);
}
