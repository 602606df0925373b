package io.github.doorbuster.pvpool.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.ViewJournal.Listener;
import io.github.doorbuster.pvpool.ViewJournal.SegmentCounts;
import io.github.doorbuster.pvpool.journal.SegmentReader.KeyedRequest;
import io.github.doorbuster.pvpool.journal.SegmentReader.SegmentContent;
import io.github.doorbuster.pvpool.journal.SegmentReader.State;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * The folder of a journal: {@code <segment>.segment} for segments that are not completely in the store,
 * {@code <segment>.done} for segments that are and whose Idempotency-Keys have not expired, {@code quarantine/} for
 * segments that must not be counted, and {@code lock}.
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
    private final FolderLock lock;
    private final AtomicLong bytes = new AtomicLong();

    @GuardedBy("this")
    private final Map<String, DoneSegment> done = new HashMap<>();

    private volatile int quarantined;

    private JournalDirectory(Path directory, Disk disk, Clock clock, Duration replayWithin, FolderLock lock) {
        this.directory = directory;
        this.disk = disk;
        this.clock = clock;
        this.replayWithin = replayWithin;
        this.lock = lock;
    }

    /**
     * Opens and locks the folder; creates it if missing.
     *
     * @throws IOException if that fails, or if another pool has the lock
     */
    static JournalDirectory open(Path directory, Disk disk, Clock clock, Duration replayWithin) throws IOException {
        OwnerOnly.createFolders(directory, disk);
        return new JournalDirectory(directory, disk, clock, replayWithin, FolderLock.of(directory));
    }

    /** The size of all segments, in bytes. */
    long bytes() {
        return bytes.get();
    }

    /** The number of segments in quarantine at the last count. */
    int quarantined() {
        return quarantined;
    }

    SegmentWriter create(String segment, int chunkRows) throws IOException {
        return SegmentWriter.create(disk, pathOf(segment), segment, clock.millis(), chunkRows);
    }

    void addBytes(long size) {
        bytes.addAndGet(size);
    }

    private Path pathOf(String segment) {
        return directory.resolve(segment + SEGMENT);
    }

    private void delete(Path file, long size) throws IOException {
        disk.delete(file);
        disk.syncDirectory(directory);
        bytes.addAndGet(-size);
    }

    /** Deletes a segment that is in the store, or keeps it until its Idempotency-Keys expire. */
    synchronized void forget(String segment, long size, long keysExpireMillis) throws IOException {
        if (keysExpireMillis > clock.millis()) {
            disk.move(pathOf(segment), directory.resolve(segment + DONE));
            disk.syncDirectory(directory);
            done.put(segment, new DoneSegment(size, keysExpireMillis));
        } else {
            delete(pathOf(segment), size);
        }
    }

    /** Deletes the segments that were kept for their Idempotency-Keys, if those have expired. */
    synchronized void deleteExpired() throws IOException {
        for (Map.Entry<String, DoneSegment> entry : List.copyOf(done.entrySet())) {
            if (entry.getValue().keysExpireMillis() <= clock.millis()) {
                delete(
                        directory.resolve(entry.getKey() + DONE),
                        entry.getValue().size());
                done.remove(entry.getKey());
            }
        }
    }

    /** Reads the segments of earlier processes, seals those that are open, and quarantines those that are damaged. */
    synchronized List<Recovered> recover(Listener listener) throws IOException {
        List<SegmentContent> segments = new ArrayList<>();
        for (Path file : files(directory)) {
            SegmentContent content = SegmentReader.read(file, idOf(file));
            boolean tooOld = content.state() == State.SEALED
                    && content.createdAtMillis() < clock.millis() - replayWithin.toMillis();
            if (file.toString().endsWith(DONE)) {
                recoverDone(content, listener);
            } else if (content.state() == State.DAMAGED) {
                quarantine(file, "damaged at byte %d: %s".formatted(content.end(), content.damage()));
            } else if (tooOld) {
                quarantine(
                        file,
                        "older than replayDays=%d, so its ledger rows may be gone".formatted(replayWithin.toDays()));
            } else if (content.records() == 0) {
                disk.delete(file);
            } else {
                segments.add(content);
            }
        }
        segments.sort(Comparator.comparingLong(SegmentContent::createdAtMillis));
        List<Recovered> recovered = new ArrayList<>();
        for (SegmentContent content : segments) {
            recovered.add(recover(content, listener));
        }
        deleteExpired();
        disk.syncDirectory(directory);
        countQuarantined();
        return recovered;
    }

    @GuardedBy("this")
    private void recoverDone(SegmentContent content, Listener listener) {
        recoverKeys(content, listener);
        bytes.addAndGet(content.size());
        done.put(
                content.id(),
                new DoneSegment(content.size(), content.lastAcceptedAtMillis() + listener.idempotencyMillis()));
    }

    private Recovered recover(SegmentContent content, Listener listener) throws IOException {
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
        recoverKeys(content, listener);
        return new Recovered(
                new SegmentCounts(content.id(), content.chunkRows(), content.counts()),
                size,
                content.keyed().isEmpty() ? 0 : content.lastAcceptedAtMillis());
    }

    private static void recoverKeys(SegmentContent content, Listener listener) {
        for (KeyedRequest request : content.keyed()) {
            listener.keyRecovered(request.views(), request.acceptedAtMillis());
        }
    }

    private void quarantine(Path file, String reason) throws IOException {
        Path target = directory.resolve(QUARANTINE);
        OwnerOnly.createFolders(target, disk);
        disk.move(file, target.resolve(file.getFileName()));
        disk.syncDirectory(target);
        LOG.log(
                Level.ERROR,
                "segment %s is moved to %s and not counted: %s".formatted(file.getFileName(), target, reason));
    }

    /** Counts the segments in quarantine, of this process and of earlier ones. */
    void countQuarantined() throws IOException {
        Path folder = directory.resolve(QUARANTINE);
        quarantined = Files.isDirectory(folder) ? files(folder).size() : 0;
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
     * A segment of an earlier process that has to be written.
     *
     * @param size in bytes
     * @param lastKeyMillis when its last request with an Idempotency-Key was accepted, or 0
     */
    record Recovered(SegmentCounts counts, long size, long lastKeyMillis) {}

    private record DoneSegment(long size, long keysExpireMillis) {}
}
