package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Open;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.ViewJournal.TakenBack;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;

/**
 * Finds out which transactions a store has lost, applies them again from the journal, and reports the views that are
 * missing. Used by one thread.
 */
record LostTransactions(PendingViews pending, Open journal, FlushStats stats) {

    private static final Logger LOG = System.getLogger(PvPool.class.getName());

    /** Continues where the store is. If it has lost transactions, applies the retained segments again. */
    void continueAt(String id, Position actual) {
        Position known = pending.position(id);
        if (!actual.isBefore(known)) {
            pending.know(id, actual);
            return;
        }
        TakenBack lost = journal.takeBack(id, actual);
        long again = pending.takeBack(id, actual, lost.segments());
        Segment first = pending.firstOf(id);
        long missing = Math.max(0, first.viewsBefore() - actual.views());
        stats.takenBack(lost.views() + again, missing);
        LOG.log(
                Level.WARNING,
                "the database has lost transactions: journal %s is at %d of %d views; %d segments are applied again"
                        .formatted(
                                id,
                                actual.views(),
                                known.views(),
                                lost.segments().size()));
        if (missing > 0) {
            LOG.log(
                    Level.ERROR,
                    "%d page views from before %s are missing in the database, and this pool no longer has them (retainMinutes)"
                            .formatted(missing, Instant.ofEpochMilli(first.createdAtMillis())));
        }
    }
}
