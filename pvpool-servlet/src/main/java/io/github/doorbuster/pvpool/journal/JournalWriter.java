package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal.Listener;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.journal.JournalQueue.Append;
import io.github.doorbuster.pvpool.journal.JournalQueue.Barrier;
import io.github.doorbuster.pvpool.journal.JournalQueue.Roll;
import io.github.doorbuster.pvpool.journal.JournalQueue.Task;
import io.github.doorbuster.pvpool.journal.SegmentFormat.Content;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The journal's thread. It writes all appends that were queued while the disk was busy, and makes them durable with one
 * fsync (group commit).
 *
 * <p>No other thread uses the files it writes, because an interrupt of a thread closes the channel it uses.
 */
final class JournalWriter implements Runnable {

    private static final Logger LOG = System.getLogger(FileJournal.class.getName());
    private static final int MAX_GROUP_BYTES = 4 << 20;
    private static final int BUFFER_BYTES = 256 << 10;

    private final OpenFolder folder;
    private final SegmentCatalogue catalogue;
    private final Disk disk;
    private final Clock clock;
    private final JournalConfig config;
    private final Listener listener;
    private final SyncTimes syncTimes = new SyncTimes();
    private final LongAdder failures = new LongAdder();

    private final JournalQueue queue = new JournalQueue();
    private final Completions completions;

    // The following fields are used by the journal's thread alone, but for unsealedSegmentBytes, which others read.

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** The tasks that were taken from the queue last. */
    private List<Task> taken = List.of();

    private Segment next;
    private @Nullable SegmentWriter segment;
    /** The segment that has ended and is not sealed yet. */
    private @Nullable SegmentWriter unsealed;

    private volatile long unsealedSegmentBytes;
    private boolean failing;

    JournalWriter(
            OpenFolder folder,
            Disk disk,
            Clock clock,
            JournalConfig config,
            Listener listener,
            Segment first,
            Completions completions) {
        this.folder = folder;
        this.catalogue = folder.catalogue();
        this.disk = disk;
        this.clock = clock;
        this.config = config;
        this.listener = listener;
        this.next = first;
        this.completions = completions;
    }

    JournalQueue queue() {
        return queue;
    }

    /** The size of everything that is not in a sealed segment yet, in bytes. */
    long unsealedBytes() {
        return unsealedSegmentBytes + queue.bytes();
    }

    /** The number of failed writes. */
    long failures() {
        return failures.sum() + completions.failures();
    }

    SyncTimes syncTimes() {
        return syncTimes;
    }

    @Override
    public void run() {
        try {
            runTasks();
        } catch (Throwable e) {
            rejectFromNowOn(e);
        } finally {
            closeFiles();
            completions.close();
        }
    }

    private void runTasks() {
        for (taken = queue.take(); !taken.isEmpty(); taken = queue.take()) {
            run(taken);
        }
    }

    /** Does now what is queued, on the thread of the caller. For a simulation, whose journal has no thread. */
    void runQueued() {
        taken = queue.takeNow();
        try {
            run(taken);
        } catch (Throwable e) {
            rejectAll(e);
        }
    }

    private void run(List<Task> tasks) {
        if (completions.isBroken()) {
            throw new IllegalStateException("the pool could not be told about a segment");
        }
        List<Append> group = new ArrayList<>();
        long bytes = 0;
        for (Task task : tasks) {
            if (task instanceof Append append && bytes + append.length() <= MAX_GROUP_BYTES) {
                group.add(append);
                bytes += append.length();
                continue;
            }
            commit(group);
            group = new ArrayList<>();
            bytes = 0;
            if (task instanceof Append append) {
                group.add(append);
                bytes = append.length();
            } else if (task instanceof Roll roll) {
                roll(roll.done());
            } else if (task instanceof Barrier barrier) {
                completions.complete(barrier.done());
            }
        }
        commit(group);
    }

    /**
     * Fails everything that waits, and everything that comes. The state of the segment is unknown, so nothing more is
     * appended to it; a restart recovers what is durable.
     */
    private void rejectFromNowOn(Throwable cause) {
        failures.increment();
        LOG.log(
                Level.ERROR,
                "the journal's thread has failed, page views are rejected; restart this application: " + cause,
                cause);
        rejectAll(cause);
        RejectedException rejected = rejection(cause);
        List<Task> waiting = queue.take();
        while (!waiting.isEmpty()) {
            waiting.forEach(task -> fail(task, rejected));
            waiting = queue.take();
        }
    }

    static RejectedException rejection(Throwable cause) {
        return new RejectedException(
                Reason.JOURNAL_FAILED,
                "the journal cannot be written (%s); send the views again later".formatted(cause.getMessage()));
    }

    private void rejectAll(Throwable cause) {
        RejectedException rejected = rejection(cause);
        taken.forEach(task -> fail(task, rejected));
    }

    private void fail(Task task, RejectedException rejected) {
        if (task instanceof Append append) {
            completions.fail(append, rejected);
        } else if (task instanceof Roll roll) {
            completions.fail(roll.done(), rejected);
        } else if (task instanceof Barrier barrier) {
            completions.complete(barrier.done());
        }
    }

    private void commit(List<Append> group) {
        group.removeIf(this::dropAbandoned);
        if (group.isEmpty()) {
            return;
        }
        long bytes = group.stream().mapToLong(Append::length).sum();
        Throwable failure = write(group, bytes);
        queue.done(bytes);
        if (failure == null) {
            completions.succeed(group);
        } else {
            RejectedException rejected = rejection(failure);
            group.forEach(append -> completions.fail(append, rejected));
        }
    }

    /** Drops a record whose request was answered while it was queued. */
    private boolean dropAbandoned(Append append) {
        if (!append.isAbandoned()) {
            return false;
        }
        queue.done(append.length());
        completions.fail(
                append,
                new RejectedException(Reason.CANCELLED, "the request was answered before its views were written"));
        return true;
    }

    private @Nullable Throwable write(List<Append> group, long bytes) {
        try {
            sealEnded();
            catalogue.evict(catalogue.bytes() + unsealedSegmentBytes + bytes - config.journalMaxBytes());
            SegmentWriter open = segmentFor(bytes);
            long start = System.nanoTime();
            Content after = open.content();
            for (Append append : group) {
                after = after.plus(1, append.views(), append.keyMillis());
            }
            open.append(group.stream().map(Append::body).toList(), after, disk, buffer);
            syncTimes.record(System.nanoTime() - start);
            unsealedSegmentBytes = open.end();
            succeeded();
            return null;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            failed(e);
            return e;
        }
    }

    private SegmentWriter segmentFor(long bytes) throws IOException {
        SegmentWriter open = segment;
        long now = Math.max(1, clock.millis());
        if (open != null
                && (isFull(open, bytes)
                        || !listener.isSameBucket(now, open.segment().createdAtMillis()))) {
            endSegment();
            sealEnded();
            open = null;
        }
        if (open == null) {
            Segment started = new Segment(next.journal(), next.number(), next.viewsBefore(), now);
            if (!listener.isSameBucket(now, next.createdAtMillis())) {
                completions.report(() -> listener.nextSegment(started));
            }
            next = started;
            open = SegmentWriter.create(disk, catalogue.pathOf(next), next);
            segment = open;
        }
        return open;
    }

    private boolean isFull(SegmentWriter open, long bytes) {
        return !open.isEmpty() && open.end() + bytes > config.segmentBytes();
    }

    /** Ends the segment at the last byte that is durable, and starts another. A failed fsync is never retried. */
    private void failed(Throwable cause) {
        failures.increment();
        if (!failing) {
            failing = true;
            LOG.log(Level.ERROR, "cannot write the journal, page views are rejected: " + cause, cause);
        }
        if (unsealed == null) {
            endSegment();
            roll(new CompletableFuture<>());
        }
    }

    private void succeeded() {
        if (failing) {
            failing = false;
            LOG.log(Level.INFO, "the journal can be written again");
        }
    }

    private void roll(CompletableFuture<@Nullable Void> done) {
        try {
            sealEnded();
            if (segment != null) {
                endSegment();
                sealEnded();
            }
            completions.completeRoll(done);
        } catch (IOException e) {
            completions.fail(done, e);
        }
    }

    private void endSegment() {
        SegmentWriter ended = segment;
        if (ended != null) {
            next = ended.segment().next(ended.content().views(), Math.max(1, clock.millis()));
            Segment following = next;
            completions.report(() -> listener.nextSegment(following));
        }
        unsealed = ended;
        segment = null;
    }

    /**
     * Seals the segment that has ended, if there is one. Until that succeeds, its views are not written to the store,
     * and no other segment is started.
     */
    private void sealEnded() throws IOException {
        SegmentWriter last = unsealed;
        if (last == null) {
            return;
        }
        if (last.isEmpty()) {
            disk.delete(last.path());
        } else {
            last.seal();
            boolean hasKeys = last.content().lastKeyMillis() > 0;
            long keyNanos = hasKeys ? TimeUnit.MILLISECONDS.toNanos(listener.idempotencyMillis()) : 0;
            catalogue.add(last.segment(), last.path(), last.content(), last.end(), false, keyNanos);
            completions.report(() -> listener.segmentSealed(last.segment()));
        }
        unsealedSegmentBytes = 0;
        unsealed = null;
        close(last);
    }

    void closeFiles() {
        if (segment != null) {
            close(segment);
        }
        if (unsealed != null) {
            close(unsealed);
        }
        try {
            folder.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot release the folder's lock before the process ends", e);
        }
    }

    private static void close(SegmentWriter written) {
        try {
            written.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot close a segment; its records are durable nevertheless", e);
        }
    }
}
