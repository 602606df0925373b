package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PvStore.Applied;
import io.github.doorbuster.pvpool.PvStore.Outcome;
import io.github.doorbuster.pvpool.ViewJournal.Open;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Writes the segments to the store, one chunk after the other. Used by one thread. */
final class Flusher {

    private static final Logger LOG = System.getLogger(PvPool.class.getName());
    private static final long SEAL_SECONDS = 5;

    private final PendingViews pending;
    private final Open journal;
    private final PvStore store;
    private final Ownership ownership;
    private final FlushStats stats;
    private final LostTransactions lost;
    private final Backoff backoff;
    private final LongSupplier nanoClock;
    private final Chunking chunks;
    private final Claims claims;
    private final BucketExpiry expiry;
    private volatile boolean stopped;
    private volatile @Nullable String fenced;
    private boolean storeClosed;

    Flusher(
            PendingViews pending,
            Open journal,
            PvStore store,
            Ownership ownership,
            FlushStats stats,
            Backoff backoff,
            LongSupplier nanoClock,
            Buckets buckets,
            BucketExpiry expiry,
            int chunkRows,
            long renewMillis) {
        this.pending = pending;
        this.journal = journal;
        this.store = store;
        this.ownership = ownership;
        this.stats = stats;
        this.lost = new LostTransactions(pending, journal, stats);
        this.backoff = backoff;
        this.nanoClock = nanoClock;
        this.expiry = expiry;
        this.chunks = new Chunking(pending, journal, ownership, stats, buckets, chunkRows);
        this.claims = new Claims(pending, journal, store, ownership, lost, nanoClock, renewMillis);
    }

    /** Why this pool must write nothing more, or null. */
    @Nullable
    String fenced() {
        return fenced;
    }

    /** Writes nothing more. Another thread calls this when the pool has to close and the flusher may be blocked. */
    void stop() {
        stopped = true;
    }

    /** Whether the last attempt found the store closed, so that further attempts are pointless. */
    boolean isStoreClosed() {
        return storeClosed;
    }

    boolean isBackingOff() {
        return backoff.isActive();
    }

    /** Writes pending views, unless the flusher backs off after a failure. */
    void flushAtInterval() {
        pending.collect();
        deleteExpired();
        if (backoff.isActive() || fenced != null) {
            renew();
            return;
        }
        if (pending.hasUnsealed() || (!pending.hasEnded() && pending.hasCollected())) {
            rollSegment();
        }
        writeEnded();
        renew();
        if (!backoff.isActive() && fenced == null) {
            expiry.deleteSome();
        }
    }

    /** Does what must not wait at an interval in which nothing is written. */
    void rest() {
        pending.collect();
        renew();
    }

    /** Writes everything accepted so far, without backing off. Returns whether all of it is in the store. */
    boolean flush() {
        pending.collect();
        if (!journal.isDurable()) {
            writeEnded(); // views that are only in memory are in one segment
        }
        if (pending.hasUnsealed() || (pending.hasCollected() && (journal.isDurable() || !pending.hasEnded()))) {
            rollSegment();
        }
        writeEnded();
        return !pending.hasEnded() && !pending.hasCollected();
    }

    /** Claims all journals, see {@link Claims#claimAll}. */
    boolean claimAll() throws FencedException, StoreException {
        return claims.claimAll();
    }

    /** Loads the first segment, so that a reader knows which part of it the store has. */
    void prepare() throws IOException {
        Optional<Batch> first = pending.nextBatch(journal);
        if (first.isPresent()) {
            stats.alreadyApplied(
                    0,
                    pending.resume(
                            first.get(), pending.position(first.get().segment().journal())));
        }
    }

    /**
     * Renews the rows that no chunk has renewed in this interval, and notices a store that has lost transactions. Also
     * tries while the flusher backs off, so that the row is renewed as soon as the store responds again.
     */
    void renew() {
        pending.collectForHot();
        if (fenced != null || stopped) {
            return;
        }
        boolean backingOff = backoff.isActive();
        try {
            claims.claimAll();
            claims.renew(); // also while another journal cannot be claimed, so that no other process takes these over
            claims.releaseWritten();
        } catch (FencedException e) {
            fence(e);
        } catch (Throwable e) {
            if (!backingOff) {
                failed(e);
            }
        }
    }

    private void fence(FencedException cause) {
        fenced = String.valueOf(cause.getMessage());
        LOG.log(Level.ERROR, cause.getMessage());
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

    private void writeEnded() {
        if (fenced != null) {
            return;
        }
        try {
            pending.foldWaiting(journal);
            Optional<Batch> next = pending.nextBatch(journal);
            while (next.isPresent() && !stopped && write(next.get())) {
                claims.renewIfDue(); // while a long backlog is written, other processes must see that this one is alive
                pending.foldWaiting(journal);
                next = pending.nextBatch(journal);
            }
        } catch (FencedException e) {
            fence(e);
        } catch (Throwable e) { // also an Error: the batch stays pending
            failed(e);
        }
    }

    /** Writes a batch. Returns false if another segment must be written first, or if its journal is not claimed yet. */
    private boolean write(Batch batch) throws StoreException, FencedException, IOException {
        long start = nanoClock.getAsLong();
        String id = batch.segment().journal();
        if (!claims.claimAll()) {
            return false;
        }
        if (!pending.isBeingWritten(batch)) {
            return true; // the claim has shown that the store has lost earlier segments
        }
        stats.alreadyApplied(0, pending.resume(batch, pending.position(id)));
        while (!batch.isApplied()) {
            if (stopped) {
                return false;
            }
            Chunk chunk = chunks.next(batch);
            if (chunk == null) {
                return true; // the segment is set aside
            }
            Applied applied = store.apply(chunk);
            if (applied.outcome() == Outcome.APPLIED) {
                pending.chunkApplied(batch, chunk);
                stats.wrote(chunk, applied);
                claims.wrote(id);
                logSetAside(applied);
                continue;
            }
            Position actual = ownership.resolve(id, applied.row());
            if (actual.isBefore(chunk.before())) {
                lost.continueAt(id, actual);
                return true; // segments that the store has lost are written first
            }
            if (actual.equals(chunk.before()) && ownership.epoch(id) == chunk.epoch()) {
                throw new StoreException("the row of journal %s is as expected, but cannot be moved".formatted(id));
            }
            stats.alreadyApplied(applied.statements(), pending.resume(batch, actual));
        }
        if (stopped) {
            return false; // The folder may belong to another pool now, so its segment stays.
        }
        succeeded(nanoClock.getAsLong() - start);
        pending.finish(batch);
        applied(batch.segment());
        return true;
    }

    private void failed(Throwable cause) {
        storeClosed = cause instanceof StoreException e && e.isClosed();
        int consecutiveFailures = stats.failed(String.valueOf(cause.getMessage()));
        backoff.start(consecutiveFailures);
        if (consecutiveFailures == 1) {
            // A StoreException needs no stack trace, because its message is complete. An unexpected exception does.
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

    private void applied(Segment segment) {
        try {
            journal.applied(segment);
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "segment %d of journal %s is written, but cannot be renamed: %s"
                            .formatted(segment.number(), segment.journal(), e.getMessage()),
                    e);
        }
    }

    /** Gives up all rows, so that a later start need not wait. A flush that is due already would claim them again. */
    void release() {
        stopped = true;
        try {
            boolean finished = !journal.isDurable() && !pending.hasEnded() && !pending.hasCollected();
            ownership.release(finished ? journal.first().journal() : null);
        } catch (StoreException | RuntimeException e) {
            LOG.log(Level.DEBUG, "cannot release the journals; a later start waits until they are idle", e);
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
