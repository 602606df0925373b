package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Adds the rows of a chunk to the table of counts. */
interface CountTable {

    /** Rows per UPDATE: the database compares each row with half of them on average. */
    int UPDATED_ROWS = 64;

    /** Adds the rows {@code from} to {@code to - 1} of a chunk, in their order. */
    Added add(Connection connection, Chunk chunk, int from, int to) throws SQLException;

    /** The number of statements sent, and of views whose item has no row. */
    record Added(int statements, long unknownViews) {

        static final Added NOTHING = new Added(0, 0);

        Added plus(Added other) {
            return new Added(statements + other.statements, unknownViews + other.unknownViews);
        }
    }

    /** Sends one statement for all rows. It inserts the items that have no row. */
    static CountTable upserting(TableNames names, Dialect dialect) {
        return (connection, chunk, from, to) -> {
            try (PreparedStatement upsert = connection.prepareStatement(dialect.upsert(names, to - from))) {
                int parameter = 1;
                for (int row = from; row < to; row++) {
                    upsert.setString(parameter++, chunk.id(row));
                    upsert.setLong(parameter++, chunk.count(row));
                }
                upsert.executeUpdate();
            }
            return new Added(1, 0);
        };
    }

    /**
     * Updates the rows that exist. It first locks them in the order of their ids, so that nodes do not deadlock, and
     * learns which items have no row; then it updates {@value #UPDATED_ROWS} rows with each statement.
     */
    static CountTable updating(TableNames names, IdColumn ids) {
        return (connection, chunk, from, to) -> {
            List<Integer> rows = new ArrayList<>();
            long unknown = 0;
            for (int row = from; row < to; row++) {
                if (ids.fits(chunk.id(row))) {
                    rows.add(row);
                } else {
                    unknown += chunk.count(row);
                }
            }
            Set<String> existing = lock(connection, names, ids, chunk, rows);
            List<Integer> known = new ArrayList<>();
            for (int row : rows) {
                if (existing.contains(chunk.id(row))) {
                    known.add(row);
                } else {
                    unknown += chunk.count(row);
                }
            }
            int statements = rows.isEmpty() ? 0 : 1;
            for (int first = 0; first < known.size(); first += UPDATED_ROWS) {
                List<Integer> some = known.subList(first, Math.min(first + UPDATED_ROWS, known.size()));
                update(connection, names, ids, chunk, some);
                statements++;
            }
            return new Added(statements, unknown);
        };
    }

    private static Set<String> lock(
            Connection connection, TableNames names, IdColumn ids, Chunk chunk, List<Integer> rows)
            throws SQLException {
        Set<String> existing = new HashSet<>();
        if (rows.isEmpty()) {
            return existing;
        }
        String text = "SELECT %s FROM %s WHERE %s IN (?%s) ORDER BY %s FOR UPDATE"
                .formatted(
                        names.idColumn(),
                        names.table(),
                        names.idColumn(),
                        ", ?".repeat(rows.size() - 1),
                        names.idColumn());
        try (PreparedStatement select = connection.prepareStatement(text)) {
            int parameter = 1;
            for (int row : rows) {
                ids.bind(select, parameter++, chunk.id(row));
            }
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    existing.add(found.getString(1));
                }
            }
        }
        return existing;
    }

    private static void update(Connection connection, TableNames names, IdColumn ids, Chunk chunk, List<Integer> rows)
            throws SQLException {
        String text = "UPDATE %s SET %s = CASE %s%s ELSE %s END WHERE %s IN (?%s)"
                .formatted(
                        names.table(),
                        names.countColumn(),
                        names.idColumn(),
                        " WHEN ? THEN COALESCE(%s, 0) + ?"
                                .formatted(names.countColumn())
                                .repeat(rows.size()),
                        names.countColumn(),
                        names.idColumn(),
                        ", ?".repeat(rows.size() - 1));
        try (PreparedStatement update = connection.prepareStatement(text)) {
            int parameter = 1;
            for (int row : rows) {
                ids.bind(update, parameter++, chunk.id(row));
                update.setLong(parameter++, chunk.count(row));
            }
            for (int row : rows) {
                ids.bind(update, parameter++, chunk.id(row));
            }
            update.executeUpdate();
        }
    }
}
