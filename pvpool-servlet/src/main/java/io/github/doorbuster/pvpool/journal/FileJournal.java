package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.JournalDirectory.Found;
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
import org.jspecify.annotations.Nullable;

/**
 * Keeps every view on disk from before it is accepted until it is in the store, so that a killed process loses none.
 *
 * <p>Requests that arrive while the disk is busy share its next fsync. The folder belongs to one pool at a time.
 */
public final class FileJournal implements ViewJournal {

    private static final Logger LOG = System.getLogger(FileJournal.class.getName());
    private static final long END_MILLIS = 5000;

    private final Path folder;
    private final JournalConfig config;
    private final Disk disk;
    private final Clock clock;
    private final Map<String, Live> live = new ConcurrentHashMap<>();
    private @Nullable JournalDirectory directory;
    private @Nullable JournalWriter writer;
    private @Nullable Thread thread;
    private long keyWindowMillis;

    /**
     * A journal in a folder; nothing is touched before {@link #start}.
     *
     * @param config the folder and its limits
     * @throws IllegalArgumentException if {@code journalDir} is not set
     */
    public FileJournal(JournalConfig config) {
        this(config, Disk.REAL, Clock.systemUTC());
    }

    FileJournal(JournalConfig config, Disk disk, Clock clock) {
        if (config.journalDir() == null) {
            throw new IllegalArgumentException("journalDir: must be set; name a folder of its own on a local disk");
        }
        this.folder = config.journalDir();
        this.config = config;
        this.disk = disk;
        this.clock = clock;
    }

    @Override
    public List<SegmentCounts> start(Listener owner) throws IOException {
        JournalDirectory opened = JournalDirectory.open(folder, disk, clock, Duration.ofDays(config.replayDays()));
        try {
            keyWindowMillis = owner.idempotencyMillis();
            List<Found> found = opened.recover(owner);
            found.forEach(one -> live.put(one.saved().segment(), new Live(one.size(), one.lastKeyMillis())));
            directory = opened;
            writer = new JournalWriter(opened, disk, config.segmentBytes(), owner, (segment, lastKeyMillis) -> {
                opened.grew(segment.end());
                live.put(segment.id(), new Live(segment.end(), lastKeyMillis));
            });
            thread = new Thread(writer, "doorbuster-pvpool-journal");
            thread.setDaemon(true);
            thread.start();
            return found.stream().map(Found::saved).toList();
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
            callback.failed(new RejectedException(Reason.CLOSED, "the view pool is closing; ask another node"));
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
        Live forgotten = live.get(segment);
        if (forgotten != null) {
            directory().forget(segment, forgotten.size, forgotten.lastKeyMillis + keyWindowMillis);
            live.remove(segment);
        }
    }

    @Override
    public void deleteExpired() throws IOException {
        directory().deleteExpired();
        directory().countQuarantined();
    }

    @Override
    public int close(List<SegmentCounts> unwritten) {
        JournalWriter ending = writer();
        ending.end();
        try {
            Objects.requireNonNull(thread).join(END_MILLIS);
            directory().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the journal's lock is not released before the process ends", e);
        }
        return unwritten.size();
    }

    @Override
    public Map<String, Object> snapshot() {
        JournalWriter writing = writer();
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("bytes", directory().bytes() + writing.unsealedBytes());
        numbers.put("segments", live.size());
        numbers.put("quarantined", directory().quarantined());
        numbers.put("failures", writing.failures());
        numbers.put(
                "seconds_per_sync",
                Map.of(
                        "p50", writing.syncSeconds(50),
                        "p99", writing.syncSeconds(99),
                        "max", writing.syncSeconds(100)));
        return numbers;
    }

    private JournalDirectory directory() {
        return Objects.requireNonNull(directory, "the journal is not started");
    }

    private JournalWriter writer() {
        return Objects.requireNonNull(writer, "the journal is not started");
    }

    private record Live(long size, long lastKeyMillis) {}
}
