package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.JournalDirectory.Found;
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
 * Keeps views in memory, and writes to disk only what an orderly shutdown could not write to the store. The next start
 * takes it over. A killed process still loses what was in memory; {@link FileJournal} does not.
 */
public final class SpillJournal implements ViewJournal {

    private static final Logger LOG = System.getLogger(SpillJournal.class.getName());

    private final Path folder;
    private final Duration replayWithin;
    private final Disk disk;
    private final Clock clock;
    private final ViewJournal memory = ViewJournal.none();
    private final Map<String, Long> spilled = new HashMap<>();
    private @Nullable JournalDirectory directory;

    /**
     * Spills into a folder; nothing is touched before {@link #start}.
     *
     * @param config the folder
     * @throws IllegalArgumentException if {@code spillDir} is not set
     */
    public SpillJournal(JournalConfig config) {
        this(config, Disk.REAL, Clock.systemUTC());
    }

    SpillJournal(JournalConfig config, Disk disk, Clock clock) {
        if (config.spillDir() == null) {
            throw new IllegalArgumentException("spillDir: must be set; name a folder of its own");
        }
        this.folder = config.spillDir();
        this.replayWithin = Duration.ofDays(config.replayDays());
        this.disk = disk;
        this.clock = clock;
    }

    @Override
    public List<SegmentCounts> start(Listener owner) throws IOException {
        JournalDirectory opened = JournalDirectory.open(folder, disk, clock, replayWithin);
        try {
            List<Found> found = opened.recover(owner);
            found.forEach(one -> spilled.put(one.saved().segment(), one.size()));
            directory = opened;
            memory.start(owner);
            return found.stream().map(Found::saved).toList();
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
            for (SegmentCounts saved : unwritten) {
                if (!spilled.containsKey(saved.segment())) {
                    spill(open, saved);
                }
                kept++;
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "page views cannot be spilled to %s: %s".formatted(folder, e.getMessage()), e);
        }
        return kept;
    }

    private void spill(JournalDirectory open, SegmentCounts saved) throws IOException {
        try (SegmentWriter segment = open.create(saved.segment(), saved.chunkRows())) {
            segment.append(List.of(SegmentFormat.counts(saved.counts())), disk);
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
