package io.github.doorbuster.pvpool;

/**
 * The row of a journal in the ledger of a store. Immutable.
 *
 * @param journal the id of the journal, 32 hexadecimal digits
 * @param owner the token of the process that writes the journal; empty if its last owner has closed in order
 * @param epoch grows with every change of the owner, so that a previous owner differs from a new one
 * @param position how far the journal is applied
 * @param renewMillis how often the owner renews the row
 * @param idleMillis how long ago the owner last renewed the row, by the clock of the store
 */
public record LedgerRow(String journal, String owner, long epoch, Position position, int renewMillis, long idleMillis) {

    /** Some databases count whole seconds. */
    private static final long CLOCK_TOLERANCE_MILLIS = 1000;

    boolean isReleased() {
        return owner.isEmpty();
    }

    /** Whether the owner has missed two renewals, plus a margin for a busy machine. */
    boolean isIdle() {
        return idleMillis > 2L * renewMillis + 1000;
    }

    boolean isOwnedBy(String token, long ownEpoch) {
        return owner.equals(token) && epoch == ownEpoch;
    }

    /** Whether the owner has renewed, moved or given up the row in the time since another reading. */
    boolean hasMovedSince(LedgerRow earlier, long elapsedMillis) {
        return !owner.equals(earlier.owner)
                || epoch != earlier.epoch
                || !position.equals(earlier.position)
                || idleMillis < earlier.idleMillis + elapsedMillis - CLOCK_TOLERANCE_MILLIS;
    }
}
