package io.github.doorbuster.pvpool;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** Reads counts: the views in the store plus those that are accepted and not written yet. Each view is counted once. */
final class CountsReader {

    private static final int ATTEMPTS = 4;

    private final PendingViews pending;
    private final PvStore store;
    private final int maxReads;
    private final Semaphore reads;

    CountsReader(PendingViews pending, PvStore store, int maxReads) {
        this.pending = pending;
        this.store = store;
        this.maxReads = maxReads;
        this.reads = new Semaphore(maxReads);
    }

    Map<String, Long> counts(Collection<String> ids) throws StoreException {
        if (!reads.tryAcquire()) {
            throw new StoreException("maxReads=%d reads are in progress; try again later".formatted(maxReads));
        }
        try {
            return read(ids);
        } finally {
            reads.release();
        }
    }

    private Map<String, Long> read(Collection<String> ids) throws StoreException {
        if (pending.isIncomplete()) {
            throw new StoreException("the journal of an earlier process is being recovered; try again later");
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            PendingSnapshot snapshot = pending.snapshot(ids);
            StoredCounts stored = store.read(ids, snapshot.known().keySet());
            if (snapshot.isAheadOf(stored)) {
                throw new StoreException("the store has lost transactions, which are applied again; try again later");
            }
            if (snapshot.isConsistentWith(stored)) {
                return snapshot.plus(stored);
            }
        }
        throw new StoreException("reading the store takes longer than a flush interval; try again later");
    }
}
