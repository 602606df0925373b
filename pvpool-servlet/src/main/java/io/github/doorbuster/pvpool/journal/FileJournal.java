package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.JournalDirectory.Recovered;
import io.github.doorbuster.pvpool.journal.JournalWriter.Append;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
    private final Map<String, LiveSegment> segments = new ConcurrentHashMap<>();
    private @Nullable JournalDirectory directory;
    private @Nullable JournalWriter writer;
    private @Nullable Thread thread;
    private long keyWindowMillis;

    FileJournal(JournalConfig config) {
        this(config, Disk.REAL, Clock.systemUTC());
    }

    FileJournal(JournalConfig config, Disk disk, Clock clock) {
        this.folder = Objects.requireNonNull(config.journalDir(), "journalDir");
        this.config = config;
        this.disk = disk;
        this.clock = clock;
    }

    @Override
    public List<SegmentCounts> start(Listener listener) throws IOException {
        JournalDirectory opened = JournalDirectory.open(folder, disk, clock, Duration.ofDays(config.replayDays()));
        try {
            keyWindowMillis = listener.idempotencyMillis();
            List<Recovered> recovered = opened.recover(listener);
            for (Recovered one : recovered) {
                segments.put(one.counts().segment(), new LiveSegment(one.size(), one.lastKeyMillis()));
            }
            directory = opened;
            writer = new JournalWriter(opened, disk, config.segmentBytes(), listener, (segment, lastKeyMillis) -> {
                opened.addBytes(segment.end());
                segments.put(segment.id(), new LiveSegment(segment.end(), lastKeyMillis));
            });
            thread = new Thread(writer, "doorbuster-pvpool-journal");
            thread.setDaemon(true);
            thread.start();
            return recovered.stream().map(Recovered::counts).toList();
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public void append(Views views, AppendCallback callback) {
        long now = clock.millis();
        byte[] body = SegmentFormat.views(views, now);
        long bytes = directory().bytes() + writer().unsealedBytes() + SegmentFormat.RECORD_BYTES + body.length;
        if (bytes > config.journalMaxBytes()) {
            callback.failed(new RejectedException(
                    Reason.JOURNAL_FULL,
                    "the journal has reached journalMaxBytes=%d; send the views again later"
                            .formatted(config.journalMaxBytes())));
        } else if (!writer().append(new Append(body, views.idempotencyKey() == null ? 0 : now, callback))) {
            callback.failed(
                    new RejectedException(Reason.CLOSED, "the view pool is closing; send the views to another node"));
        }
    }

    @Override
    public CompletableFuture<@Nullable Void> rollSegment() {
        return writer().rollSegment();
    }

    @Override
    public CompletableFuture<@Nullable Void> stop() {
        return writer().stop();
    }

    @Override
    public void forget(String segment) throws IOException {
        LiveSegment written = segments.get(segment);
        if (written != null) {
            directory().forget(segment, written.size, written.lastKeyMillis + keyWindowMillis);
            segments.remove(segment);
        }
    }

    @Override
    public void deleteExpired() throws IOException {
        directory().deleteExpired();
        directory().countQuarantined();
    }

    @Override
    public int close(List<SegmentCounts> unwritten) {
        writer().end();
        if (!awaitEnd(Objects.requireNonNull(thread))) {
            LOG.log(
                    Level.WARNING,
                    "the disk of %s does not respond; the folder stays locked until it does".formatted(folder));
        }
        return unwritten.size();
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

    @Override
    public Map<String, Object> snapshot() {
        JournalWriter current = writer();
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("bytes", directory().bytes() + current.unsealedBytes());
        numbers.put("segments", segments.size());
        numbers.put("quarantined", directory().quarantined());
        numbers.put("failures", current.failures());
        numbers.put(
                "seconds_per_sync",
                Map.of(
                        "p50", current.syncSeconds(50),
                        "p99", current.syncSeconds(99),
                        "max", current.syncSeconds(100)));
        return numbers;
    }

    private JournalDirectory directory() {
        return Objects.requireNonNull(directory, "the journal is not started");
    }

    private JournalWriter writer() {
        return Objects.requireNonNull(writer, "the journal is not started");
    }

    /**
     * A sealed segment that is not completely in the store.
     *
     * @param lastKeyMillis when its last request with an Idempotency-Key was accepted, or 0
     */
    private record LiveSegment(long size, long lastKeyMillis) {}
}
