package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.LedgerRow;
import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.PvStore.Claim;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table with one row per journal: its owner, and its position.
 *
 * <p>A transaction moves the row first. If an earlier attempt is still open, the UPDATE waits until that attempt ends.
 * If it was committed, the position has changed; otherwise the UPDATE moves the row. A SELECT would not see the open
 * attempt, and the chunk would be counted twice.
 */
final class Ledger {

    private static final int EXPIRY_DAYS = 30;
    private static final String COLUMNS = "owner, epoch, segment, item_id, views, renew_millis,"
            + " (UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6)) - UNIX_TIMESTAMP(renewed_at)) * 1000";

    private final String table;

    Ledger(TableNames names) {
        this.table = names.ledger();
    }

    /** Moves the row from the position before a chunk to the one after it. Returns false if it is not as expected. */
    boolean move(Connection connection, Chunk chunk) throws SQLException {
        return update(
                        connection,
                        "UPDATE %s SET segment = ?, item_id = ?, views = ?, renewed_at = CURRENT_TIMESTAMP(6) WHERE journal = ? AND owner = ? AND epoch = ? AND segment = ? AND item_id = ? AND views = ?",
                        chunk.after().segment(),
                        chunk.after().item(),
                        chunk.after().views(),
                        chunk.journal(),
                        chunk.owner(),
                        chunk.epoch(),
                        chunk.before().segment(),
                        chunk.before().item(),
                        chunk.before().views())
                == 1;
    }

    /** Adds a position from the columns {@code journal, segment, item_id, views}, which begin with the given one. */
    static void addPosition(Map<String, Position> positions, ResultSet row, int column) throws SQLException {
        positions.put(
                row.getString(column),
                new Position(row.getLong(column + 1), row.getString(column + 2), row.getLong(column + 3)));
    }

    /** Reads a row and waits for every transaction that has changed it. */
    @Nullable
    LedgerRow lockedRow(Connection connection, String journal) throws SQLException {
        return row(connection, journal, " FOR UPDATE");
    }

    @Nullable
    LedgerRow row(Connection connection, String journal) throws SQLException {
        return row(connection, journal, "");
    }

    private @Nullable LedgerRow row(Connection connection, String journal, String lock) throws SQLException {
        String text = "SELECT %s FROM %s WHERE journal = ?".formatted(COLUMNS, table) + lock;
        try (PreparedStatement select = connection.prepareStatement(text)) {
            select.setString(1, journal);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? read(journal, row) : null;
            }
        }
    }

    private static LedgerRow read(String journal, ResultSet row) throws SQLException {
        return new LedgerRow(
                journal,
                row.getString(1),
                row.getLong(2),
                new Position(row.getLong(3), row.getString(4), row.getLong(5)),
                row.getInt(6),
                Math.max(0, row.getLong(7)));
    }

    /** Makes a process the owner, if the row is as the process has seen it. Returns the row afterwards. */
    LedgerRow claim(Connection connection, Claim claim) throws SQLException {
        LedgerRow seen = claim.seen();
        if (seen == null) {
            insert(connection, claim);
        } else {
            update(
                    connection,
                    "UPDATE %s SET owner = ?, epoch = epoch + 1, has_folder = ?, renew_millis = ?, renewed_at = CURRENT_TIMESTAMP(6) WHERE journal = ? AND owner = ? AND epoch = ?",
                    claim.owner(),
                    claim.durable(),
                    claim.renewMillis(),
                    claim.journal(),
                    seen.owner(),
                    seen.epoch());
        }
        LedgerRow row = lockedRow(connection, claim.journal());
        if (row == null) {
            throw new SQLException("the row of journal %s has just been deleted".formatted(claim.journal()));
        }
        return row;
    }

    private void insert(Connection connection, Claim claim) throws SQLException {
        try {
            update(
                    connection,
                    "INSERT INTO %s (journal, owner, epoch, segment, item_id, views, has_folder, renew_millis) VALUES (?, ?, 1, 0, '', 0, ?, ?)",
                    claim.journal(),
                    claim.owner(),
                    claim.durable(),
                    claim.renewMillis());
        } catch (SQLException e) {
            // Read the row to find out whether another process was first, or a column rejects the values.
            if (!SqlErrors.isDuplicate(e) || lockedRow(connection, claim.journal()) == null) {
                throw e;
            }
        }
    }

    /** Renews the rows of an owner that are at the given positions. Returns how many there are. */
    int renew(Connection connection, String owner, Map<String, Position> expected) throws SQLException {
        String row = "(journal = ? AND views = ? AND owner = ?)";
        Object[] parameters = new Object[3 * expected.size()];
        int at = 0;
        for (Map.Entry<String, Position> one : expected.entrySet()) {
            parameters[at++] = one.getKey();
            parameters[at++] = one.getValue().views();
            parameters[at++] = owner;
        }
        return update(
                connection,
                "UPDATE %s SET renewed_at = CURRENT_TIMESTAMP(6) WHERE " + row
                        + (" OR " + row).repeat(expected.size() - 1),
                parameters);
    }

    /** Gives up rows, or deletes them. */
    void release(Connection connection, String owner, Collection<String> journals, boolean finished)
            throws SQLException {
        for (String journal : journals) {
            update(
                    connection,
                    (finished ? "DELETE FROM %s" : "UPDATE %s SET owner = ''") + " WHERE journal = ? AND owner = ?",
                    journal,
                    owner);
        }
    }

    /**
     * Deletes the rows of journals without a folder whose process has ended without closing, by the database's clock.
     */
    void deleteExpired(Connection connection) throws SQLException {
        update(
                connection,
                "DELETE FROM %s WHERE has_folder = FALSE AND renewed_at < CURRENT_TIMESTAMP - INTERVAL '" + EXPIRY_DAYS
                        + "' DAY LIMIT 1000");
    }

    private int update(Connection connection, String text, Object... parameters) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(text.formatted(table))) {
            for (int i = 0; i < parameters.length; i++) {
                update.setObject(i + 1, parameters[i]);
            }
            return update.executeUpdate();
        }
    }
}
