package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.ViewJournal.Counts;
import io.github.doorbuster.pvpool.ViewJournal.Listener;
import io.github.doorbuster.pvpool.ViewJournal.Open;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.ViewJournal.TakenBack;
import io.github.doorbuster.pvpool.journal.SegmentReader.SegmentContent;
import io.github.doorbuster.pvpool.journal.SegmentReader.State;
import io.github.doorbuster.pvpool.journal.SegmentReader.Visitor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A locked folder with the segments of earlier processes. */
final class OpenFolder implements Closeable {

    private final Path folder;
    private final Disk disk;
    private final SegmentCatalogue catalogue;
    private final Closeable lock;
    private final List<Segment> recovered;
    private final Map<String, Position> applied;
    private final AtomicLong recoveredViews;
    private volatile int quarantined;

    private OpenFolder(Path folder, Disk disk, SegmentCatalogue catalogue, Closeable lock) throws IOException {
        this.folder = folder;
        this.disk = disk;
        this.catalogue = catalogue;
        this.lock = lock;
        this.recovered = catalogue.waitingSegments();
        this.applied = catalogue.applied();
        this.recoveredViews = new AtomicLong(catalogue.waitingViews());
        countQuarantined();
    }

    /**
     * Locks a folder, and finds its segments; creates it if missing.
     *
     * @throws IOException if that fails, or if another pool has the lock; nothing stays open
     */
    static OpenFolder open(
            Path folder, Disk disk, Clock clock, LongSupplier nanoClock, long retainNanos, Listener listener)
            throws IOException {
        disk.createFolders(folder);
        Closeable lock = disk.lock(folder);
        try {
            SegmentCatalogue catalogue = new SegmentCatalogue(folder, disk, nanoClock, retainNanos);
            new Recovery(folder, disk, clock, listener).recover(catalogue);
            return new OpenFolder(folder, disk, catalogue, lock);
        } catch (Throwable e) {
            lock.close();
            throw e;
        }
    }

    SegmentCatalogue catalogue() {
        return catalogue;
    }

    Map<String, Position> applied() {
        return applied;
    }

    /** The number of segments in quarantine at the last count. */
    int quarantined() {
        return quarantined;
    }

    /** Reads the counts of a segment. Returns false if it is damaged: then it is in quarantine. */
    boolean read(Segment segment, Counts counts) throws IOException {
        Path file = catalogue.fileOf(segment);
        SegmentContent content = SegmentReader.read(segment, disk.read(file), Visitor.of(counts));
        if (content.state() == State.SEALED) {
            return true;
        }
        setAside(segment, "damaged at byte %d: %s".formatted(content.end(), content.damage()));
        return false;
    }

    /** Moves a segment to the quarantine. */
    void setAside(Segment segment, String reason) throws IOException {
        Recovery.quarantine(disk, folder, catalogue.fileOf(segment), reason);
        recoveredViews.addAndGet(-catalogue.remove(segment));
        countQuarantined();
    }

    void deleteExpired() throws IOException {
        catalogue.deleteExpired();
        countQuarantined();
    }

    private void countQuarantined() throws IOException {
        quarantined = disk.files(folder.resolve(Recovery.QUARANTINE)).size();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    /** A journal with such a folder. */
    abstract static class Backed implements Open {

        final OpenFolder opened;

        Backed(OpenFolder opened) {
            this.opened = opened;
        }

        @Override
        public List<Segment> recovered() {
            return opened.recovered;
        }

        @Override
        public long recoveredViews() {
            return opened.recoveredViews.get();
        }

        @Override
        public Set<String> journals() {
            return opened.catalogue.journals();
        }

        @Override
        public boolean hasFolder() {
            return true;
        }

        @Override
        public boolean read(Segment segment, Counts counts) throws IOException {
            return opened.read(segment, counts);
        }

        @Override
        public void setAside(Segment segment, String reason) throws IOException {
            opened.setAside(segment, reason);
        }

        @Override
        public TakenBack takeBack(String journal, Position position) {
            return opened.catalogue.takeBack(journal, position);
        }

        @Override
        public void deleteExpired() throws IOException {
            opened.deleteExpired();
        }
    }
}
