package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads rows and the positions of journals in one statement, so that both are of the same moment.
 *
 * @param names the names of the tables
 * @param columns the columns of the rows; the first one is never NULL
 * @param from what follows FROM, with parameters
 */
record SelectWithPositions(TableNames names, List<String> columns, String from) {

    /** Reads the rows, and returns the positions. */
    Map<String, Position> run(Connection connection, Parameters parameters, Collection<String> journals, Row row)
            throws SQLException {
        String text =
                "SELECT %s, NULL, NULL, NULL, NULL FROM %s UNION ALL SELECT %s journal, segment, item_id, views FROM %s WHERE journal IN (%s)"
                        .formatted(
                                String.join(", ", columns),
                                from,
                                "NULL, ".repeat(columns.size()),
                                names.ledger(),
                                TableNames.placeholders(journals.size()));
        Map<String, Position> positions = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(text)) {
            int parameter = parameters.bind(select);
            for (String journal : journals) {
                select.setString(parameter++, journal);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString(1) == null) {
                        Ledger.addPosition(positions, rows, columns.size() + 1);
                    } else {
                        row.read(rows);
                    }
                }
            }
        }
        return positions;
    }

    /** Binds the parameters of the rows. */
    interface Parameters {

        /** Binds all parameters, from 1 on. Returns the number of the next one. */
        int bind(PreparedStatement select) throws SQLException;
    }

    /** Takes a row. */
    interface Row {
        void read(ResultSet row) throws SQLException;
    }
}
