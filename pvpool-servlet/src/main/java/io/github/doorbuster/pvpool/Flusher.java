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

/** Carries batches to the store, one chunk after the other, on one thread. */
final class Flusher {

    private static final Logger LOG = System.getLogger(PvPool.class.getName());
    private static final long SEAL_SECONDS = 5;

    private final PendingViews pending;
    private final ViewJournal journal;
    private final PvStore store;
    private final FlushStats stats;
    private final Backoff backoff;
    private final LongSupplier nanoClock;

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

    /** What the interval calls: writes what there is, unless the store is being given a rest. */
    void tick() {
        pending.collect();
        deleteExpired();
        if (backoff.isOn()) {
            return;
        }
        if (pending.hasUnsealed() || (!pending.hasBatches() && pending.hasCollected())) {
            rollSegment();
        }
        writeBatches();
    }

    /** Whether the store is being given a rest after a failure. */
    boolean isResting() {
        return backoff.isOn();
    }

    /** Writes everything accepted so far, without regard to pauses; says whether all of it is in the store. */
    boolean flush() {
        pending.collect();
        if (pending.hasUnsealed() || pending.hasCollected()) {
            rollSegment();
        }
        writeBatches();
        return !pending.hasBatches();
    }

    private void deleteExpired() {
        try {
            journal.deleteExpired();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "the journal is tidied at the next interval", e);
        }
    }

    private void rollSegment() {
        try {
            journal.rollSegment().get(SEAL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "the journal has not closed the segment yet", e);
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
                Chunk chunk = batch.nextChunk();
                Applied applied = store.apply(chunk);
                pending.applied(batch, chunk);
                stats.wrote(chunk, applied);
                warnOf(applied);
            }
        } catch (StoreException | RuntimeException e) {
            failed(e);
            return false;
        }
        succeeded(nanoClock.getAsLong() - start);
        pending.retire(batch);
        forget(batch.segment());
        return true;
    }

    private void failed(Exception cause) {
        int inARow = stats.failed(String.valueOf(cause.getMessage()));
        backoff.begin(inARow);
        if (inARow == 1) {
            // What a store says of itself is whole; only of what nobody foresaw does the trace tell more.
            LOG.log(
                    Level.WARNING,
                    "page views wait: %s; trying again".formatted(cause.getMessage()),
                    cause instanceof StoreException ? null : cause);
        }
    }

    private void succeeded(long nanos) {
        int failures = stats.consecutiveFailures();
        stats.wroteBatch(nanos);
        backoff.end();
        if (failures > 0) {
            LOG.log(Level.INFO, "page views are written again after %d failed attempts".formatted(failures));
        }
    }

    private void forget(String segment) {
        try {
            journal.forget(segment);
            store.forget(segment);
        } catch (IOException | StoreException | RuntimeException e) {
            LOG.log(Level.WARNING, "segment %s is written but not forgotten: %s".formatted(segment, e.getMessage()), e);
        }
    }

    private static void warnOf(Applied applied) {
        if (applied.setAsideRows() > 0) {
            LOG.log(
                    Level.ERROR,
                    "the database rejected %d rows (%d views) for their data; they are set aside in its table of rejected rows"
                            .formatted(applied.setAsideRows(), applied.setAsideViews()));
        }
    }
}
