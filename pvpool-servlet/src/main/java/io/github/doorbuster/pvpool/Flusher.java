package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PvStore.Applied;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Writes batches to the store, one chunk after the other. Used by one thread. */
final class Flusher {

    private static final Logger LOG = System.getLogger(PvPool.class.getName());
    private static final long SEAL_SECONDS = 5;

    private final PendingViews pending;
    private final ViewJournal journal;
    private final PvStore store;
    private final FlushStats stats;
    private final Backoff backoff;
    private final LongSupplier nanoClock;
    private volatile boolean stopped;
    private boolean storeClosed;

    Flusher(
            PendingViews pending,
            ViewJournal journal,
            PvStore store,
            FlushStats stats,
            Backoff backoff,
            LongSupplier nanoClock) {
        this.pending = pending;
        this.journal = journal;
        this.store = store;
        this.stats = stats;
        this.backoff = backoff;
        this.nanoClock = nanoClock;
    }

    /** Writes what is pending, unless a failure was so recent that the flusher backs off. */
    void flushAtInterval() {
        pending.collect();
        deleteExpired();
        if (backoff.isActive()) {
            return;
        }
        if (pending.hasUnsealedBatch() || (!pending.hasBatches() && pending.hasCollected())) {
            rollSegment();
        }
        writeBatches();
    }

    /** Writes nothing more. Another thread calls this when the pool has to close and the flusher may be blocked. */
    void stop() {
        stopped = true;
    }

    boolean isBackingOff() {
        return backoff.isActive();
    }

    /** Writes everything accepted so far, without backing off. Returns whether all of it is in the store. */
    boolean flush() {
        pending.collect();
        if (pending.hasUnsealedBatch() || pending.hasCollected()) {
            rollSegment();
        }
        writeBatches();
        return !pending.hasBatches();
    }

    private void deleteExpired() {
        try {
            journal.deleteExpired();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "cannot delete expired segments; retrying at the next interval", e);
        }
    }

    private void rollSegment() {
        try {
            journal.rollSegment().get(SEAL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "the journal has not sealed the segment yet", e);
        }
    }

    private void writeBatches() {
        for (Optional<Batch> next = pending.nextBatch(); next.isPresent(); next = pending.nextBatch()) {
            if (!write(next.get())) {
                return;
            }
        }
    }

    private boolean write(Batch batch) {
        long start = nanoClock.getAsLong();
        try {
            while (!batch.isApplied()) {
                if (stopped) {
                    return false;
                }
                Chunk chunk = batch.nextChunk();
                Applied applied = store.apply(chunk);
                pending.chunkApplied(batch, chunk);
                stats.wrote(chunk, applied);
                logSetAside(applied);
            }
        } catch (Throwable e) { // also an Error: the batch stays pending
            failed(e);
            return false;
        }
        if (stopped) {
            return false; // The folder may belong to another pool now, so its segment stays.
        }
        succeeded(nanoClock.getAsLong() - start);
        pending.remove(batch);
        forget(batch.segment());
        return true;
    }

    /** Whether the last attempt found the store closed, so that further ones are pointless. */
    boolean isStoreClosed() {
        return storeClosed;
    }

    private void failed(Throwable cause) {
        storeClosed = cause instanceof StoreException e && e.isClosed();
        int consecutiveFailures = stats.failed(String.valueOf(cause.getMessage()));
        backoff.start(consecutiveFailures);
        if (consecutiveFailures == 1) {
            // The message of a StoreException says it all; an unexpected exception needs its stack trace.
            LOG.log(
                    Level.WARNING,
                    "cannot write page views: %s; retrying".formatted(cause.getMessage()),
                    cause instanceof StoreException ? null : cause);
        }
    }

    private void succeeded(long nanos) {
        int failures = stats.consecutiveFailures();
        stats.wroteBatch(nanos);
        backoff.reset();
        if (failures > 0) {
            LOG.log(Level.INFO, "page views are written again after %d failed attempts".formatted(failures));
        }
    }

    private void forget(String segment) {
        try {
            journal.forget(segment);
            store.forget(segment);
        } catch (IOException | StoreException | RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "segment %s is written, but cannot be deleted: %s".formatted(segment, e.getMessage()),
                    e);
        }
    }

    private static void logSetAside(Applied applied) {
        if (applied.setAsideRows() > 0) {
            LOG.log(
                    Level.ERROR,
                    "the database rejected the data of %d rows (%d views); they are set aside in the table of rejected rows"
                            .formatted(applied.setAsideRows(), applied.setAsideViews()));
        }
    }
}
