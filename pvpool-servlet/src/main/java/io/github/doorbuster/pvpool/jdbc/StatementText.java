package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of a statement with thousands of ids. An id of letters, digits and {@code _-.:} is a literal, because it
 * means the same in each dialect and {@code sql_mode}. Any other id is a parameter.
 *
 * <p>The driver would need a tenth of the time of a flush to parse such a text and to fill in its parameters.
 */
final class StatementText {

    private final StringBuilder text;
    private final List<String> parameters = new ArrayList<>();

    StatementText(String begin) {
        this.text = new StringBuilder(begin);
    }

    StatementText append(String sql) {
        text.append(sql);
        return this;
    }

    StatementText append(long number) {
        text.append(number);
        return this;
    }

    StatementText appendId(String id) {
        if (isPlain(id)) {
            text.append('\'').append(id).append('\'');
        } else {
            text.append('?');
            parameters.add(id);
        }
        return this;
    }

    private static boolean isPlain(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain = (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || c == '_'
                    || c == '-'
                    || c == '.'
                    || c == ':';
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    /** Executes the statement. Returns the number of rows that it has found or inserted. */
    int executeUpdate(Connection connection) throws SQLException {
        if (parameters.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(text.toString());
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(text.toString())) {
            int parameter = 1;
            for (String id : parameters) {
                statement.setString(parameter++, id);
            }
            return statement.executeUpdate();
        }
    }

    /** The text, with question marks for parameters. */
    @Override
    public String toString() {
        return text.toString();
    }
}
