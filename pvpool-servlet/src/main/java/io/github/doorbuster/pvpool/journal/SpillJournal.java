package io.github.doorbuster.pvpool.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.JournalDirectory.Recovered;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps views in memory, and writes to disk only what an orderly shutdown cannot write to the store. The next start
 * recovers it.
 */
final class SpillJournal implements ViewJournal {

    private static final Logger LOG = System.getLogger(SpillJournal.class.getName());

    private final Path folder;
    private final Duration replayWithin;
    private final Disk disk;
    private final Clock clock;
    private final ViewJournal memory = ViewJournal.none();

    /** The sizes of the segments on disk, by id. */
    @GuardedBy("this")
    private final Map<String, Long> spilled = new HashMap<>();

    private @Nullable JournalDirectory directory;

    SpillJournal(JournalConfig config) {
        this(config, Disk.REAL, Clock.systemUTC());
    }

    SpillJournal(JournalConfig config, Disk disk, Clock clock) {
        this.folder = Objects.requireNonNull(config.spillDir(), "spillDir");
        this.replayWithin = Duration.ofDays(config.replayDays());
        this.disk = disk;
        this.clock = clock;
    }

    @Override
    public synchronized List<SegmentCounts> start(Listener listener) throws IOException {
        JournalDirectory opened = JournalDirectory.open(folder, disk, clock, replayWithin);
        try {
            List<Recovered> recovered = opened.recover(listener);
            for (Recovered one : recovered) {
                spilled.put(one.counts().segment(), one.size());
            }
            directory = opened;
            memory.start(listener);
            return recovered.stream().map(Recovered::counts).toList();
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public void append(Views views, AppendCallback callback) {
        memory.append(views, callback);
    }

    @Override
    public CompletableFuture<@Nullable Void> rollSegment() {
        return memory.rollSegment();
    }

    @Override
    public CompletableFuture<@Nullable Void> stop() {
        return memory.stop();
    }

    @Override
    public synchronized void forget(String segment) throws IOException {
        Long size = spilled.get(segment);
        if (size != null) {
            directory().forget(segment, size, 0);
            spilled.remove(segment);
        }
    }

    @Override
    public synchronized int close(List<SegmentCounts> unwritten) {
        int kept = 0;
        try (JournalDirectory open = directory()) {
            for (SegmentCounts segment : unwritten) {
                if (!spilled.containsKey(segment.segment())) {
                    spill(open, segment);
                }
                kept++;
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "cannot spill page views to %s: %s".formatted(folder, e.getMessage()), e);
        }
        return kept;
    }

    private void spill(JournalDirectory open, SegmentCounts counts) throws IOException {
        try (SegmentWriter segment = open.create(counts.segment(), counts.chunkRows())) {
            segment.append(List.of(SegmentFormat.counts(counts.counts())), disk);
            segment.seal();
        }
    }

    @Override
    public synchronized Map<String, Object> snapshot() {
        return Map.of("segments", spilled.size(), "quarantined", directory().quarantined());
    }

    private JournalDirectory directory() {
        return Objects.requireNonNull(directory, "the journal is not started");
    }
}
