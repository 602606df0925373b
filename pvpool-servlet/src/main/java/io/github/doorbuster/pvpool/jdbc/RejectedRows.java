package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.jdbc.CountTable.Added;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Adds a chunk with rows that the database rejects for their data. It divides the chunk until each such row is alone,
 * and inserts it into the table of rejected rows, all in the transaction of the chunk. Used once.
 */
final class RejectedRows {

    private static final int REASON_LENGTH = 200;

    private final TableNames names;
    private final CountTable counts;
    private Added added = Added.NOTHING;
    private int rows;
    private long views;

    RejectedRows(TableNames names, CountTable counts) {
        this.names = names;
        this.counts = counts;
    }

    Added added() {
        return added;
    }

    /** The number of rows set aside. */
    int rows() {
        return rows;
    }

    /** The number of views in the rows set aside. */
    long views() {
        return views;
    }

    /** Adds the rows {@code from} to {@code to - 1}. */
    void add(Connection connection, Chunk chunk, int from, int to) throws SQLException {
        execute(connection, "SAVEPOINT rows_before");
        try {
            added = added.plus(counts.add(connection, chunk, from, to));
        } catch (SQLException e) {
            if (!SqlErrors.isData(e)) {
                throw e;
            }
            execute(connection, "ROLLBACK TO SAVEPOINT rows_before");
            if (to - from == 1) {
                setAside(connection, chunk, from, e);
            } else {
                int middle = (from + to) >>> 1;
                add(connection, chunk, from, middle);
                add(connection, chunk, middle, to);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void setAside(Connection connection, Chunk chunk, int row, SQLException cause) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO %s (journal, segment, item_id, views, reason) VALUES (?, ?, ?, ?, ?)"
                        .formatted(names.rejected()))) {
            insert.setString(1, chunk.journal());
            insert.setLong(2, chunk.after().segment());
            insert.setString(3, chunk.id(row));
            insert.setLong(4, chunk.count(row));
            insert.setString(5, reason(cause));
            insert.executeUpdate();
        }
        added = added.plus(new Added(1, 0));
        rows++;
        views += chunk.weight(row);
    }

    private static String reason(SQLException cause) {
        String text =
                "%s: %s".formatted(cause.getSQLState(), cause.getMessage()).replaceAll("[^ -~]", "?");
        return text.length() <= REASON_LENGTH ? text : text.substring(0, REASON_LENGTH);
    }
}
