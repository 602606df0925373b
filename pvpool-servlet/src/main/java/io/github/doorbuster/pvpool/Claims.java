package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Open;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Claims the journals of this process and of earlier ones, and renews their rows. Used by one thread. */
final class Claims {

    private final PendingViews pending;
    private final Open journal;
    private final PvStore store;
    private final Ownership ownership;
    private final LostTransactions lost;
    private final LongSupplier nanoClock;
    private final long renewNanos;

    /** The journals whose rows a chunk has renewed since the last renewal. */
    private final Set<String> written = new HashSet<>();

    private long renewedAt;

    Claims(
            PendingViews pending,
            Open journal,
            PvStore store,
            Ownership ownership,
            LostTransactions lost,
            LongSupplier nanoClock,
            long renewMillis) {
        this.pending = pending;
        this.journal = journal;
        this.store = store;
        this.ownership = ownership;
        this.lost = lost;
        this.nanoClock = nanoClock;
        this.renewNanos = TimeUnit.MILLISECONDS.toNanos(renewMillis);
        this.renewedAt = nanoClock.getAsLong();
    }

    /**
     * Claims all journals, or none while another process may own one. Returns whether all of them are claimed.
     *
     * @throws FencedException if another process runs on a copy of the folder
     * @throws StoreException if the store does not respond
     */
    boolean claimAll() throws FencedException, StoreException {
        List<String> unclaimed =
                journals().stream().filter(id -> !ownership.owns(id)).sorted().toList();
        for (String id : unclaimed) {
            if (!ownership.isFree(id)) {
                return false;
            }
        }
        for (String id : unclaimed) {
            lost.continueAt(id, ownership.claim(id).position());
        }
        return true;
    }

    private Set<String> journals() {
        Set<String> ids = pending.journals();
        ids.addAll(journal.journals());
        return ids;
    }

    /** Records that a chunk has renewed the row of a journal. */
    void wrote(String id) {
        written.add(id);
    }

    void renewIfDue() throws StoreException, FencedException {
        if (nanoClock.getAsLong() - renewedAt > renewNanos) {
            renew();
        }
    }

    /** Renews the owned rows, unless chunks have renewed all of them. */
    void renew() throws StoreException, FencedException {
        Set<String> idle = ownership.journals();
        boolean allWritten = written.containsAll(idle);
        written.clear();
        renewedAt = nanoClock.getAsLong();
        if (allWritten) {
            return;
        }
        Map<String, Position> expected = new HashMap<>();
        idle.forEach(id -> expected.put(id, pending.position(id)));
        for (String changed : ownership.renew(expected)) {
            LedgerRow row = store.row(changed).orElse(null);
            lost.continueAt(changed, ownership.resolve(changed, row));
        }
    }

    /** Gives up the rows of earlier journals that are completely written. */
    void releaseWritten() throws StoreException {
        Set<String> finished = new HashSet<>(ownership.journals());
        finished.removeAll(journals());
        for (String id : finished) {
            ownership.forget(id);
            pending.forget(id);
        }
    }
}
