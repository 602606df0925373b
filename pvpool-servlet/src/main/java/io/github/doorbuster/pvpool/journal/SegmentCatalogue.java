package io.github.doorbuster.pvpool.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.ViewJournal.TakenBack;
import io.github.doorbuster.pvpool.journal.SegmentFormat.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sealed segments of a folder: their sizes, which of them are applied, and how long those are retained. Files are
 * renamed and deleted outside the monitor.
 */
final class SegmentCatalogue {

    private static final String LAST_ITEM = "\u007f";

    private final Path folder;
    private final Disk disk;
    private final LongSupplier nanoClock;
    private final long retainNanos;

    @GuardedBy("this")
    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    @GuardedBy("this")
    private long bytes;

    SegmentCatalogue(Path folder, Disk disk, LongSupplier nanoClock, long retainNanos) {
        this.folder = folder;
        this.disk = disk;
        this.nanoClock = nanoClock;
        this.retainNanos = retainNanos;
    }

    Path pathOf(Segment segment) {
        return folder.resolve(SegmentFile.name(segment, SegmentFile.WAITING));
    }

    /**
     * Adds a sealed segment.
     *
     * @param keyNanos how long its Idempotency-Keys must be kept from now on
     */
    synchronized void add(Segment segment, Path file, Content content, long size, boolean applied, long keyNanos) {
        long now = nanoClock.getAsLong();
        Entry entry = new Entry(segment, file, content.views(), size, now + keyNanos, keyNanos > 0);
        entry.applied = applied;
        entry.appliedAt = now;
        entries.put(Key.of(segment), entry);
        bytes += size;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** The bytes of the segments that must not be deleted. */
    synchronized long neededBytes() {
        long now = nanoClock.getAsLong();
        return bytes
                - entries.values().stream()
                        .filter(entry -> entry.isEvictable(now))
                        .mapToLong(entry -> entry.size)
                        .sum();
    }

    synchronized int waiting() {
        return (int) entries.values().stream().filter(entry -> !entry.applied).count();
    }

    synchronized int retained() {
        return entries.size() - waiting();
    }

    synchronized Set<String> journals() {
        Set<String> journals = new HashSet<>();
        entries.keySet().forEach(key -> journals.add(key.journal));
        return journals;
    }

    synchronized List<Segment> waitingSegments() {
        return entries.values().stream()
                .filter(entry -> !entry.applied)
                .map(entry -> entry.segment)
                .toList();
    }

    synchronized long waitingViews() {
        return entries.values().stream()
                .filter(entry -> !entry.applied)
                .mapToLong(entry -> entry.views)
                .sum();
    }

    /** The position of each journal that has segments that are marked as applied. */
    synchronized Map<String, Position> applied() {
        Map<String, Position> positions = new HashMap<>();
        for (Entry entry : entries.values()) {
            if (entry.applied) {
                Position end = new Position(entry.segment.number(), LAST_ITEM, entry.end());
                positions.merge(entry.segment.journal(), end, (one, other) -> one.isBefore(other) ? other : one);
            }
        }
        return positions;
    }

    /** The file of a segment. */
    synchronized Path fileOf(Segment segment) throws IOException {
        Entry entry = entries.get(Key.of(segment));
        if (entry == null) {
            throw new IOException(
                    "segment %d of journal %s is not in %s".formatted(segment.number(), segment.journal(), folder));
        }
        return entry.file;
    }

    /** Removes a segment that was moved elsewhere, and returns its views. */
    synchronized long remove(Segment segment) {
        Entry entry = entries.remove(Key.of(segment));
        if (entry == null) {
            return 0;
        }
        bytes -= entry.size;
        return entry.views;
    }

    /**
     * Marks a segment as applied, and retains it. With the mark, a later start need not read the segment. The mark is
     * not synced: if it is lost, the ledger has the same information.
     */
    void applied(Segment segment) throws IOException {
        Path from;
        Path to = folder.resolve(SegmentFile.name(segment, SegmentFile.APPLIED));
        synchronized (this) {
            Entry entry = entries.get(Key.of(segment));
            if (entry == null || entry.applied) {
                return;
            }
            entry.applied = true;
            entry.appliedAt = nanoClock.getAsLong();
            from = entry.file;
        }
        if (!from.equals(to)) {
            disk.move(from, to);
            synchronized (this) {
                Entry entry = entries.get(Key.of(segment));
                if (entry != null) {
                    entry.file = to;
                }
            }
        }
    }

    /** Takes back the applied segments of a journal that are not completely before a position. */
    synchronized TakenBack takeBack(String journal, Position position) {
        List<Segment> lost = new ArrayList<>();
        long views = 0;
        for (Entry entry : entries.values()) {
            if (entry.applied && entry.segment.journal().equals(journal) && entry.end() > position.views()) {
                entry.applied = false;
                lost.add(entry.segment);
                views += entry.views;
            }
        }
        return new TakenBack(lost, views);
    }

    /** Deletes the applied segments whose retention has ended. */
    void deleteExpired() throws IOException {
        long now = nanoClock.getAsLong();
        List<Entry> expired;
        synchronized (this) {
            expired = entries.values().stream()
                    .filter(entry -> entry.isEvictable(now) && now - entry.appliedAt >= retainNanos)
                    .toList();
        }
        for (Entry entry : expired) {
            delete(entry);
        }
    }

    /** Deletes applied segments, the oldest first, until so many bytes are gone. */
    void evict(long excess) throws IOException {
        long left = excess;
        while (left > 0) {
            Entry oldest;
            synchronized (this) {
                long now = nanoClock.getAsLong();
                oldest = entries.values().stream()
                        .filter(entry -> entry.isEvictable(now))
                        .findFirst()
                        .orElse(null);
            }
            if (oldest == null) {
                return;
            }
            delete(oldest);
            left -= oldest.size;
        }
    }

    private void delete(Entry entry) throws IOException {
        synchronized (this) {
            if (!entry.applied) {
                return; // it has been taken back meanwhile
            }
            remove(entry.segment);
        }
        disk.delete(entry.file);
    }

    /**
     * Identifies a segment. Has its own {@code equals}: with that of a record, the JDK keeps the class loader of the
     * application.
     */
    private record Key(String journal, long number) {

        static Key of(Segment segment) {
            return new Key(segment.journal(), segment.number());
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.number == number && key.journal.equals(journal);
        }

        @Override
        public int hashCode() {
            return 31 * journal.hashCode() + Long.hashCode(number);
        }
    }

    /** A sealed segment. Guarded by the monitor of the catalogue. */
    private static final class Entry {

        private final Segment segment;
        private final long views;
        private final long size;
        private final long keysExpireAt;
        private final boolean hasKeys;
        private Path file;
        private boolean applied;
        private long appliedAt;

        Entry(Segment segment, Path file, long views, long size, long keysExpireAt, boolean hasKeys) {
            this.segment = segment;
            this.file = file;
            this.views = views;
            this.size = size;
            this.keysExpireAt = keysExpireAt;
            this.hasKeys = hasKeys;
        }

        /** The views of the journal up to the end of this segment. */
        long end() {
            return segment.viewsBefore() + views;
        }

        boolean isEvictable(long now) {
            return applied && (!hasKeys || now - keysExpireAt >= 0);
        }
    }
}
