package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal.AppendCallback;
import io.github.doorbuster.pvpool.ViewJournal.Listener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The journal's one thread: whatever has queued up while the disk was busy is written and made durable together.
 *
 * <p>Nobody else touches the files it writes, because an interrupt would close them.
 */
final class JournalWriter implements Runnable {

    private static final Logger LOG = System.getLogger(FileJournal.class.getName());
    private static final int GROUP_BYTES = 4 << 20;
    private static final long HIGHEST_MICROS = 3_600_000_000L;

    private final JournalDirectory directory;
    private final Disk disk;
    private final int segmentBytes;
    private final Listener owner;
    private final BiConsumer<SegmentWriter, Long> onSealed;
    private final Histogram syncMicros = new Histogram(HIGHEST_MICROS, 2);

    private List<Step> queue = new ArrayList<>();
    private long queuedBytes;
    private boolean stopped;
    private boolean ended;

    private String nextId;
    private @Nullable SegmentWriter segment;
    private @Nullable SegmentWriter ending;
    private long lastKeyMillis;
    private long endingKeyMillis;
    private boolean failing;
    private volatile long openBytes;
    private final LongAdder failures = new LongAdder();

    JournalWriter(
            JournalDirectory directory,
            Disk disk,
            int segmentBytes,
            Listener owner,
            BiConsumer<SegmentWriter, Long> onSealed) {
        this.directory = directory;
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.owner = owner;
        this.onSealed = onSealed;
        this.nextId = owner.nextSegment();
    }

    /** Queues a record; false if the writer has been stopped. */
    synchronized boolean append(Append append) {
        if (stopped) {
            return false;
        }
        queuedBytes += append.length();
        enqueue(append);
        return true;
    }

    synchronized CompletableFuture<@Nullable Void> rollSegment() {
        Roll roll = new Roll(new CompletableFuture<>());
        enqueue(roll);
        return roll.done;
    }

    /** Takes no more records; done when those taken have been answered. */
    synchronized CompletableFuture<@Nullable Void> stop() {
        stopped = true;
        Barrier barrier = new Barrier(new CompletableFuture<>());
        enqueue(barrier);
        return barrier.done;
    }

    /** Ends the thread once the queue is empty. */
    synchronized void end() {
        stopped = true;
        ended = true;
        notifyAll();
    }

    private void enqueue(Step step) {
        queue.add(step);
        notifyAll();
    }

    /** Bytes that are not in a sealed segment yet. */
    long unsealedBytes() {
        synchronized (this) {
            return openBytes + queuedBytes;
        }
    }

    long failures() {
        return failures.sum();
    }

    double syncSeconds(double percentile) {
        synchronized (syncMicros) {
            return syncMicros.getValueAtPercentile(percentile) / 1e6;
        }
    }

    @Override
    public void run() {
        for (List<Step> steps = take(); !steps.isEmpty(); steps = take()) {
            List<Append> group = new ArrayList<>();
            long bytes = 0;
            for (Step step : steps) {
                if (step instanceof Append append && bytes + append.length() <= GROUP_BYTES) {
                    group.add(append);
                    bytes += append.length();
                    continue;
                }
                commit(group);
                group = new ArrayList<>();
                bytes = 0;
                if (step instanceof Append append) {
                    group.add(append);
                    bytes = append.length();
                } else if (step instanceof Roll roll) {
                    roll(roll.done);
                } else if (step instanceof Barrier barrier) {
                    barrier.done.complete(null);
                }
            }
            commit(group);
        }
        leave();
    }

    /** Waits for work; empty once the writer has ended. */
    private synchronized List<Step> take() {
        while (queue.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                LOG.log(Level.DEBUG, "nobody interrupts this thread on purpose", e);
            }
        }
        List<Step> taken = queue;
        queue = new ArrayList<>();
        return taken;
    }

    private void commit(List<Append> group) {
        if (group.isEmpty()) {
            return;
        }
        long bytes = group.stream().mapToLong(Append::length).sum();
        Throwable failure = write(group, bytes);
        synchronized (this) {
            queuedBytes -= bytes;
        }
        if (failure == null) {
            group.forEach(append -> append.callback.durable());
        } else {
            RejectedException rejected = new RejectedException(
                    Reason.JOURNAL_FAILED,
                    "the journal cannot be written (%s); send the views again later".formatted(failure.getMessage()));
            group.forEach(append -> append.callback.failed(rejected));
        }
    }

    private @Nullable Throwable write(List<Append> group, long bytes) {
        try {
            sealEnding();
            SegmentWriter open = segmentFor(bytes);
            long start = System.nanoTime();
            open.append(group.stream().map(Append::body).toList(), disk);
            long micros = (System.nanoTime() - start) / 1000;
            synchronized (syncMicros) {
                syncMicros.recordValue(Math.min(micros, HIGHEST_MICROS));
            }
            openBytes = open.end();
            group.forEach(append -> lastKeyMillis = Math.max(lastKeyMillis, append.keyMillis));
            worksAgain();
            return null;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            failed(e);
            return e;
        }
    }

    private SegmentWriter segmentFor(long bytes) throws IOException {
        SegmentWriter open = segment;
        if (open != null && !open.isEmpty() && open.end() + bytes > segmentBytes) {
            endSegment();
            sealEnding();
            open = null;
        }
        if (open == null) {
            open = directory.create(nextId, owner.chunkRows());
            segment = open;
        }
        return open;
    }

    /** A failed fsync is not tried again: the segment ends where the disk last confirmed it, and another begins. */
    private void failed(Throwable cause) {
        failures.increment();
        if (!failing) {
            failing = true;
            LOG.log(Level.ERROR, "the journal cannot be written, page views are rejected: " + cause, cause);
        }
        if (ending == null) {
            endSegment();
            roll(new CompletableFuture<>());
        }
    }

    private void worksAgain() {
        if (failing) {
            failing = false;
            LOG.log(Level.INFO, "the journal is written again");
        }
    }

    private void roll(CompletableFuture<@Nullable Void> done) {
        try {
            sealEnding();
            if (segment != null) {
                endSegment();
                sealEnding();
            }
            done.complete(null);
        } catch (IOException e) {
            done.completeExceptionally(e);
        }
    }

    private void endSegment() {
        nextId = owner.nextSegment();
        ending = segment;
        endingKeyMillis = lastKeyMillis;
        segment = null;
        lastKeyMillis = 0;
    }

    /** Until a segment is sealed for good its views are not written, and no other segment begins. */
    private void sealEnding() throws IOException {
        SegmentWriter last = ending;
        if (last == null) {
            return;
        }
        if (last.isEmpty()) {
            disk.delete(last.path());
        } else {
            last.seal();
            onSealed.accept(last, endingKeyMillis);
            owner.sealed(last.id());
        }
        openBytes = 0;
        ending = null;
        close(last);
    }

    private void leave() {
        if (segment != null) {
            close(segment);
        }
        if (ending != null) {
            close(ending);
        }
    }

    private static void close(SegmentWriter written) {
        try {
            written.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "what was confirmed is on disk all the same", e);
        }
    }

    /** What the thread does in turn. */
    private sealed interface Step {}

    /**
     * Appends a record.
     *
     * @param keyMillis when it was accepted, if it carries an Idempotency-Key, otherwise 0
     */
    record Append(byte[] body, long keyMillis, AppendCallback callback) implements Step {

        long length() {
            return (long) SegmentFormat.RECORD_BYTES + body.length;
        }
    }

    private record Roll(CompletableFuture<@Nullable Void> done) implements Step {}

    private record Barrier(CompletableFuture<@Nullable Void> done) implements Step {}
}
