package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds the rows of a chunk to the table of counts. */
interface CountTable {

    /** Adds the rows {@code from} to {@code to - 1} of a chunk, in their order. */
    Added add(Connection connection, Chunk chunk, int from, int to) throws SQLException;

    /**
     * What was added.
     *
     * @param statements the number of statements sent
     * @param unknownViews the views whose item has no row
     * @param rows the rows of the chunk that were added; null for all
     */
    record Added(
            int statements, long unknownViews, @Nullable List<Integer> rows) {

        static final Added NOTHING = new Added(0, 0);

        Added(int statements, long unknownViews) {
            this(statements, unknownViews, null);
        }

        Added plus(Added other) {
            return new Added(statements + other.statements, unknownViews + other.unknownViews);
        }
    }

    /** Sends one statement for all rows. It inserts the items that have no row. */
    static CountTable upserting(TableNames names, Dialect dialect) {
        return (connection, chunk, from, to) -> {
            dialect.upsert(names, rows -> {
                        for (int row = from; row < to; row++) {
                            rows.append(row == from ? "(" : ", (")
                                    .appendId(chunk.id(row))
                                    .append(", ")
                                    .append(chunk.count(row))
                                    .append(")");
                        }
                    })
                    .executeUpdate(connection);
            return new Added(1, 0);
        };
    }

    /**
     * Updates the rows that exist, with one statement. If there are fewer than items, a second statement finds out
     * which items have no row. Each statement locks the rows in the order of their ids, so that nodes do not deadlock.
     */
    static CountTable updating(TableNames names, IdColumn ids) {
        return (connection, chunk, from, to) -> {
            List<Integer> rows = new ArrayList<>();
            long unknown = 0;
            for (int row = from; row < to; row++) {
                if (ids.fits(chunk.id(row))) {
                    rows.add(row);
                } else {
                    unknown += chunk.weight(row);
                }
            }
            if (rows.isEmpty()) {
                return new Added(0, unknown, rows);
            }
            rows.sort((one, other) -> ids.compare(chunk.id(one), chunk.id(other)));
            int updated = update(connection, names, ids, chunk, rows);
            if (updated == rows.size()) {
                return new Added(1, unknown, rows);
            }
            Set<String> existing = lock(connection, names, ids, chunk, rows);
            if (existing.size() != updated) {
                throw new SQLTransientException("rows of %s were inserted meanwhile".formatted(names.table()));
            }
            for (int row : rows) {
                unknown += existing.contains(chunk.id(row)) ? 0 : chunk.weight(row);
            }
            List<Integer> known = rows.stream()
                    .filter(row -> existing.contains(chunk.id(row)))
                    .toList();
            return new Added(2, unknown, known);
        };
    }

    private static int update(Connection connection, TableNames names, IdColumn ids, Chunk chunk, List<Integer> rows)
            throws SQLException {
        StatementText text = new StatementText("UPDATE %s SET %s = COALESCE(%s, 0) + "
                .formatted(names.table(), names.countColumn(), names.countColumn()));
        appendCounts(text, names.idColumn(), ids, chunk, rows);
        text.append(" WHERE ").append(names.idColumn()).append(" IN (");
        String separator = "";
        for (int row : rows) {
            ids.append(text.append(separator), chunk.id(row));
            separator = ", ";
        }
        return text.append(")").executeUpdate(connection);
    }

    /**
     * Appends the count of a row as an expression: a binary tree of comparisons with ids, whose leaves are the counts.
     * With a list of cases, the database would compare each row with half of them.
     */
    private static void appendCounts(
            StatementText text, String idColumn, IdColumn ids, Chunk chunk, List<Integer> rows) {
        long count = chunk.count(rows.get(0));
        if (rows.stream().allMatch(row -> chunk.count(row) == count)) {
            text.append(count);
            return;
        }
        int middle = rows.size() / 2;
        ids.append(text.append("CASE WHEN ").append(idColumn).append(" < "), chunk.id(rows.get(middle)));
        text.append(" THEN ");
        appendCounts(text, idColumn, ids, chunk, rows.subList(0, middle));
        text.append(" ELSE ");
        appendCounts(text, idColumn, ids, chunk, rows.subList(middle, rows.size()));
        text.append(" END");
    }

    private static Set<String> lock(
            Connection connection, TableNames names, IdColumn ids, Chunk chunk, List<Integer> rows)
            throws SQLException {
        Set<String> existing = new HashSet<>();
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
}
