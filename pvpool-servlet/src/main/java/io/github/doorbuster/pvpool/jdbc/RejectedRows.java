package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.jdbc.CountTable.Added;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;

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
        Savepoint before = connection.setSavepoint();
        try {
            added = added.plus(counts.add(connection, chunk, from, to));
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            if (!SqlErrors.isData(e)) {
                throw e;
            }
            connection.rollback(before);
            if (to - from == 1) {
                setAside(connection, chunk, from, e);
            } else {
                int middle = (from + to) >>> 1;
                add(connection, chunk, from, middle);
                add(connection, chunk, middle, to);
            }
        }
    }

    private void setAside(Connection connection, Chunk chunk, int row, SQLException cause) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO %s (segment, item_id, views, reason) VALUES (?, ?, ?, ?)".formatted(names.rejected()))) {
            insert.setString(1, chunk.segment());
            insert.setString(2, chunk.id(row));
            insert.setLong(3, chunk.count(row));
            insert.setString(4, reason(cause));
            insert.executeUpdate();
        }
        added = added.plus(new Added(1, 0));
        rows++;
        views += chunk.count(row);
    }

    private static String reason(SQLException cause) {
        String text =
                "%s: %s".formatted(cause.getSQLState(), cause.getMessage()).replaceAll("[^ -~]", "?");
        return text.length() <= REASON_LENGTH ? text : text.substring(0, REASON_LENGTH);
    }
}
