package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal.Listener;
import io.github.doorbuster.pvpool.ViewJournal.SegmentCounts;
import io.github.doorbuster.pvpool.journal.SegmentReader.SegmentContent;
import io.github.doorbuster.pvpool.journal.SegmentReader.State;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a journal: {@code <segment>.segment} for what is not known to be in the store, {@code <segment>.done}
 * for what is and whose Idempotency-Keys still count, {@code quarantine/} for what is damaged, and {@code lock}.
 */
final class JournalDirectory implements AutoCloseable {

    static final String SEGMENT = ".segment";
    static final String DONE = ".done";
    static final String QUARANTINE = "quarantine";

    private static final Logger LOG = System.getLogger(FileJournal.class.getName());
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}\\.(segment|done)");

    private final Path directory;
    private final Disk disk;
    private final Clock clock;
    private final Duration replayWithin;
    private final FileChannel lock;
    private final AtomicLong bytes = new AtomicLong();
    private final Map<String, Done> done = new HashMap<>();
    private volatile int quarantined;

    private JournalDirectory(Path directory, Disk disk, Clock clock, Duration replayWithin, FileChannel lock) {
        this.directory = directory;
        this.disk = disk;
        this.clock = clock;
        this.replayWithin = replayWithin;
        this.lock = lock;
    }

    /** Takes the folder for this process. */
    static JournalDirectory open(Path directory, Disk disk, Clock clock, Duration replayWithin) throws IOException {
        Files.createDirectories(directory);
        FileChannel lock =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                return new JournalDirectory(directory, disk, clock, replayWithin, lock);
            }
        } catch (OverlappingFileLockException e) {
            // in use by this very process: the same answer
        }
        lock.close();
        throw new IOException(
                "the folder %s is in use by another pool; give each its own".formatted(directory.toAbsolutePath()));
    }

    long bytes() {
        return bytes.get();
    }

    int quarantined() {
        return quarantined;
    }

    Path pathOf(String segment) {
        return directory.resolve(segment + SEGMENT);
    }

    SegmentWriter create(String segment, int chunkRows) throws IOException {
        return SegmentWriter.create(disk, pathOf(segment), segment, clock.millis(), chunkRows);
    }

    void grew(long by) {
        bytes.addAndGet(by);
    }

    void delete(Path file, long size) throws IOException {
        disk.delete(file);
        disk.syncDirectory(directory);
        bytes.addAndGet(-size);
    }

    /** Drops a segment that is in the store, or keeps it aside as long as its Idempotency-Keys count. */
    synchronized void forget(String segment, long size, long keysUntilMillis) throws IOException {
        if (keysUntilMillis > clock.millis()) {
            disk.move(pathOf(segment), directory.resolve(segment + DONE));
            disk.syncDirectory(directory);
            done.put(segment, new Done(size, keysUntilMillis));
        } else {
            delete(pathOf(segment), size);
        }
    }

    /** Drops segments that were kept for their Idempotency-Keys alone, once those have run out. */
    synchronized void deleteExpired() throws IOException {
        for (Map.Entry<String, Done> entry : List.copyOf(done.entrySet())) {
            if (entry.getValue().keysUntilMillis() <= clock.millis()) {
                delete(
                        directory.resolve(entry.getKey() + DONE),
                        entry.getValue().size());
                done.remove(entry.getKey());
            }
        }
    }

    /** Reads back what earlier processes left, sealing what they left open and setting aside what is damaged. */
    synchronized List<Found> recover(Listener owner) throws IOException {
        List<SegmentContent> segments = new ArrayList<>();
        for (Path file : files(directory)) {
            SegmentContent content = SegmentReader.read(file, idOf(file));
            boolean tooOld = content.state() == State.SEALED
                    && content.createdAtMillis() < clock.millis() - replayWithin.toMillis();
            if (file.toString().endsWith(DONE)) {
                adoptDone(content, owner);
            } else if (content.state() == State.DAMAGED) {
                quarantine(file, "damaged at byte %d: %s".formatted(content.end(), content.damage()));
            } else if (tooOld) {
                quarantine(
                        file,
                        "sealed more than %d days ago, so the ledger may not know it any more"
                                .formatted(replayWithin.toDays()));
            } else if (content.records() == 0) {
                disk.delete(file);
            } else {
                segments.add(content);
            }
        }
        segments.sort(Comparator.comparingLong(SegmentContent::createdAtMillis));
        List<Found> found = new ArrayList<>();
        for (SegmentContent content : segments) {
            found.add(adopt(content, owner));
        }
        deleteExpired();
        disk.syncDirectory(directory);
        countQuarantined();
        return found;
    }

    private void adoptDone(SegmentContent content, Listener owner) {
        content.keyed().forEach(keyed -> owner.accepted(keyed.views(), keyed.acceptedAtMillis()));
        bytes.addAndGet(content.size());
        done.put(content.id(), new Done(content.size(), content.lastAcceptedAtMillis() + owner.idempotencyMillis()));
    }

    private Found adopt(SegmentContent content, Listener owner) throws IOException {
        int size = content.size();
        if (content.state() == State.OPEN) {
            SegmentWriter open =
                    SegmentWriter.reopen(disk, pathOf(content.id()), content.id(), content.end(), content.records());
            try (SegmentWriter closing = open) {
                closing.seal();
            }
            size = open.end();
        }
        bytes.addAndGet(size);
        content.keyed().forEach(keyed -> owner.accepted(keyed.views(), keyed.acceptedAtMillis()));
        return new Found(
                new SegmentCounts(content.id(), content.chunkRows(), content.counts()),
                size,
                content.keyed().isEmpty() ? 0 : content.lastAcceptedAtMillis());
    }

    private void quarantine(Path file, String why) throws IOException {
        Path aside = directory.resolve(QUARANTINE);
        Files.createDirectories(aside);
        disk.move(file, aside.resolve(file.getFileName()));
        disk.syncDirectory(aside);
        LOG.log(
                Level.ERROR,
                "segment %s is set aside in %s and not counted: %s".formatted(file.getFileName(), aside, why));
    }

    /** Counts what was set aside, now or by an earlier process, until somebody has taken it away. */
    void countQuarantined() throws IOException {
        Path aside = directory.resolve(QUARANTINE);
        quarantined = Files.isDirectory(aside) ? files(aside).size() : 0;
    }

    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    static String idOf(Path file) {
        return file.getFileName().toString().substring(0, 32);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    /**
     * A segment left by an earlier process.
     *
     * @param lastKeyMillis when its last request with an Idempotency-Key was accepted, or 0
     */
    record Found(SegmentCounts saved, long size, long lastKeyMillis) {}

    private record Done(long size, long keysUntilMillis) {}
}
