package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The rows that say which chunks have been applied.
 *
 * <p>A chunk's row is inserted first in its transaction. If an earlier attempt is still open somewhere, the insert
 * waits for it, and then either finds its row or takes its place; a SELECT would have seen nothing and counted twice.
 */
final class Ledger {

    private final TableNames names;
    private final int days;

    Ledger(TableNames names, int days) {
        this.names = names;
        this.days = days;
    }

    /** Enters a chunk; false if it has been entered before, by a transaction that committed. */
    boolean enter(Connection connection, Chunk chunk) throws SQLException {
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

    void forget(Connection connection, String segment) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM %s WHERE segment = ?".formatted(names.ledger()))) {
            delete.setString(1, segment);
            delete.executeUpdate();
        }
    }

    /** Drops rows left by nodes that were gone before they could forget; by the database's own clock. */
    void prune(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM %s WHERE applied_at < CURRENT_TIMESTAMP - INTERVAL '%d' DAY LIMIT 1000"
                        .formatted(names.ledger(), days))) {
            delete.executeUpdate();
        }
    }
}
