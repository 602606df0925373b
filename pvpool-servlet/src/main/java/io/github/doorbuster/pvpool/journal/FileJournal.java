package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.JournalQueue.Append;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has every view on disk before it is accepted, and until it is in the store, so that a killed process loses none.
 *
 * <p>Requests that arrive while the disk is busy share the next fsync.
 */
final class FileJournal implements ViewJournal {

    private static final Logger LOG = System.getLogger(FileJournal.class.getName());
    private static final long JOIN_MILLIS = 5000;

    private final Path folder;
    private final JournalConfig config;
    private final Disk disk;
    private final Clock clock;
    private final LongSupplier nanoClock;
    private final Supplier<String> ids;
    private final @Nullable Consumer<JournalWriter> simulated;

    FileJournal(JournalConfig config) {
        this(config, Disk.REAL, Clock.systemUTC(), System::nanoTime);
    }

    FileJournal(JournalConfig config, Disk disk, Clock clock, LongSupplier nanoClock) {
        this(config, disk, clock, nanoClock, FileJournal::newId, null);
    }

    /**
     * A journal for a simulation.
     *
     * @param simulated receives the writer, which then has no thread; null for a thread
     */
    FileJournal(
            JournalConfig config,
            Disk disk,
            Clock clock,
            LongSupplier nanoClock,
            Supplier<String> ids,
            @Nullable Consumer<JournalWriter> simulated) {
        this.folder = Objects.requireNonNull(config.journalDir(), "journalDir");
        this.config = config;
        this.disk = disk;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.ids = ids;
        this.simulated = simulated;
    }

    /** A new journal id. */
    static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    @Override
    public Open open(Listener listener) throws IOException {
        long retainNanos = TimeUnit.MINUTES.toNanos(config.retainMinutes());
        OpenFolder opened = OpenFolder.open(folder, disk, clock, nanoClock, retainNanos, listener);
        try {
            Segment first = new Segment(ids.get(), 1, 0, Math.max(1, clock.millis()));
            Completions completions = simulated == null ? Completions.onThread() : Completions.direct();
            JournalWriter writer = new JournalWriter(opened, disk, clock, config, listener, first, completions);
            Thread thread = new Thread(writer, "doorbuster-pvpool-journal");
            thread.setDaemon(true);
            if (simulated == null) {
                thread.start();
            } else {
                simulated.accept(writer);
            }
            return new Started(opened, writer, thread, first);
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    /** A journal whose thread runs. */
    private final class Started extends OpenFolder.Backed {

        private final SegmentCatalogue catalogue;
        private final JournalWriter writer;
        private final Thread thread;
        private final Segment first;

        Started(OpenFolder opened, JournalWriter writer, Thread thread, Segment first) {
            super(opened);
            this.catalogue = opened.catalogue();
            this.writer = writer;
            this.thread = thread;
            this.first = first;
        }

        @Override
        public Segment first() {
            return first;
        }

        @Override
        public Map<String, Position> applied() {
            return opened.applied();
        }

        @Override
        public boolean isDurable() {
            return true;
        }

        @Override
        public void append(Views views, AppendCallback callback) {
            long now = clock.millis();
            byte[] body = SegmentFormat.views(views, now);
            long added = writer.unsealedBytes() + SegmentFormat.RECORD_BYTES + body.length;
            long max = config.journalMaxBytes();
            if (catalogue.bytes() + added > max && catalogue.neededBytes() + added > max) {
                callback.failed(new RejectedException(
                        Reason.JOURNAL_FULL,
                        "the journal has reached journalMaxBytes=%d; send the views again later".formatted(max)));
                return;
            }
            long keyMillis = views.idempotencyKey() == null ? 0 : now;
            if (!writer.queue().append(new Append(body, views.size(), keyMillis, callback))) {
                callback.failed(new RejectedException(
                        Reason.CLOSED, "the view pool is closing; send the views to another node"));
            }
        }

        @Override
        public CompletableFuture<@Nullable Void> rollSegment() {
            CompletableFuture<@Nullable Void> done = writer.queue().roll().done();
            runIfSimulated();
            return done;
        }

        @Override
        public CompletableFuture<@Nullable Void> stop() {
            CompletableFuture<@Nullable Void> done = writer.queue().stop().done();
            runIfSimulated();
            return done;
        }

        private void runIfSimulated() {
            if (simulated != null) {
                writer.runQueued();
            }
        }

        @Override
        public void applied(Segment segment) throws IOException {
            catalogue.applied(segment);
            if (config.retainMinutes() == 0) {
                catalogue.deleteExpired();
            }
        }

        /** The segments stay in the folder, whose lock the journal's thread releases when it ends. */
        @Override
        public long close(Collection<Unwritten> unwritten) {
            writer.queue().end();
            if (simulated != null) {
                writer.runQueued();
                writer.closeFiles();
            } else if (!awaitEnd(thread)) {
                LOG.log(
                        Level.WARNING,
                        "the disk of %s does not respond; the folder stays locked until it does".formatted(folder));
            }
            return unwritten.stream().mapToLong(Unwritten::views).sum();
        }

        @Override
        public Map<String, Object> snapshot() {
            Map<String, Object> numbers = new LinkedHashMap<>();
            numbers.put("bytes", catalogue.bytes() + writer.unsealedBytes());
            numbers.put("segments", catalogue.waiting());
            numbers.put("retained_segments", catalogue.retained());
            numbers.put("quarantined", opened.quarantined());
            numbers.put("failures", writer.failures());
            numbers.put("seconds_per_sync", writer.syncTimes().seconds());
            return numbers;
        }
    }

    /** Waits for the journal's thread, also if this thread is interrupted. Returns whether it has ended. */
    private static boolean awaitEnd(Thread thread) {
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_MILLIS);
        while (thread.isAlive()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                break;
            }
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
