package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The table that records which chunks have been applied, one row per chunk.
 *
 * <p>A transaction inserts the row of its chunk first. If an earlier attempt is still open, the insert waits until that
 * attempt ends: either it committed, and the row exists, or it did not, and the insert succeeds. A SELECT would not see
 * the open attempt, and the chunk would be counted twice.
 */
final class Ledger {

    private final TableNames names;
    private final int days;

    Ledger(TableNames names, int days) {
        this.names = names;
        this.days = days;
    }

    /** Records a chunk. Returns false if a committed transaction has recorded it already. */
    boolean record(Connection connection, Chunk chunk) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO %s (segment, chunk) VALUES (?, ?)".formatted(names.ledger()))) {
            insert.setString(1, chunk.segment());
            insert.setInt(2, chunk.number());
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (SqlErrors.isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Deletes the rows of a segment. */
    void forget(Connection connection, String segment) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM %s WHERE segment = ?".formatted(names.ledger()))) {
            delete.setString(1, segment);
            delete.executeUpdate();
        }
    }

    /** Deletes the rows that nodes left when they ended, by the database's clock. */
    void deleteExpired(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM %s WHERE applied_at < CURRENT_TIMESTAMP - INTERVAL '%d' DAY LIMIT 1000"
                        .formatted(names.ledger(), days))) {
            delete.executeUpdate();
        }
    }
}
