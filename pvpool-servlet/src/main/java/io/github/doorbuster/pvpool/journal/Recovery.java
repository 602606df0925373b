package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal.Listener;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.SegmentReader.SegmentContent;
import io.github.doorbuster.pvpool.journal.SegmentReader.State;
import io.github.doorbuster.pvpool.journal.SegmentReader.Visitor;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Finds the segments of earlier processes in a folder, makes them durable, and seals those that are open. A sealed
 * segment is read only if it has Idempotency-Keys that have not expired, so that a start is quick and needs little
 * heap.
 *
 * <p>A process that was killed may have written bytes that are not durable. They must not be written to the store
 * before they are: after a loss of power, the folder would have fewer views than the store.
 */
final class Recovery {

    static final String QUARANTINE = "quarantine";

    private static final Logger LOG = System.getLogger(FileJournal.class.getName());

    private final Path folder;
    private final Disk disk;
    private final Clock clock;
    private final Listener listener;

    Recovery(Path folder, Disk disk, Clock clock, Listener listener) {
        this.folder = folder;
        this.disk = disk;
        this.clock = clock;
        this.listener = listener;
    }

    /** Adds the segments to a catalogue, in the order in which they are to be written. */
    void recover(SegmentCatalogue catalogue) throws IOException {
        List<Found> all = new ArrayList<>();
        for (Path file : disk.files(folder)) {
            Segment named = SegmentFile.parse(file);
            if (named != null) {
                find(file, named, all);
            } else if (SegmentFile.isSegment(file)) {
                quarantine(disk, folder, file, "not a segment of this version");
            }
        }
        Map<String, Long> started = new HashMap<>();
        all.forEach(found -> started.merge(
                found.content.segment().journal(), found.content.segment().createdAtMillis(), Math::min));
        all.sort(Comparator.comparingLong(
                        (Found found) -> started.get(found.content.segment().journal()))
                .thenComparing(found -> found.content.segment().journal())
                .thenComparingLong(found -> found.content.segment().number()));
        for (Found found : all) {
            SegmentContent content = found.content;
            catalogue.add(
                    content.segment(),
                    found.file,
                    content.content(),
                    content.size(),
                    SegmentFile.isApplied(found.file),
                    keyNanos(content));
        }
        disk.syncDirectory(folder);
    }

    private void find(Path file, Segment named, List<Found> all) throws IOException {
        ByteBuffer bytes = disk.read(file);
        SegmentContent content = SegmentReader.readSealed(named, bytes);
        if (content == null || keyNanos(content) > 0) {
            content = SegmentReader.read(named, bytes, new KeyVisitor());
        }
        if (content.state() == State.DAMAGED) {
            quarantine(disk, folder, file, "damaged at byte %d: %s".formatted(content.end(), content.damage()));
        } else if (content.content().records() == 0) {
            disk.delete(file);
        } else {
            boolean durable = SegmentFile.isApplied(file) && content.state() == State.SEALED;
            all.add(new Found(file, durable ? content : seal(file, content, bytes)));
        }
    }

    private SegmentContent seal(Path file, SegmentContent found, ByteBuffer bytes) throws IOException {
        SegmentWriter writer = SegmentWriter.reopen(disk, file, found);
        try (SegmentWriter closing = writer) {
            closing.makeDurable(bytes);
            if (found.state() == State.OPEN) {
                closing.seal();
            }
        }
        int end = writer.end();
        int size = found.state() == State.OPEN ? end : found.size();
        return new SegmentContent(found.segment(), State.SEALED, found.content(), end, end, size, "");
    }

    /**
     * How long the keys of a segment must be kept. If the wall clock is wrong, they are kept for their whole window.
     */
    private long keyNanos(SegmentContent content) {
        long lastKeyMillis = content.content().lastKeyMillis();
        if (lastKeyMillis == 0) {
            return 0;
        }
        long age = Math.max(0, clock.millis() - lastKeyMillis);
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, listener.idempotencyMillis() - age));
    }

    /** Moves a file that must not be counted to quarantine. */
    static void quarantine(Disk disk, Path folder, Path file, String reason) throws IOException {
        Path target = folder.resolve(QUARANTINE);
        disk.createFolders(target);
        disk.move(file, target.resolve(file.getFileName()));
        disk.syncDirectory(target);
        LOG.log(
                Level.ERROR,
                "segment %s is moved to %s and not counted: %s".formatted(file.getFileName(), target, reason));
    }

    private record Found(Path file, SegmentContent content) {}

    private final class KeyVisitor implements Visitor {

        @Override
        public void counts(String id, long views) {}

        @Override
        public void keyed(Views views, long acceptedAtMillis) {
            listener.keyRecovered(views, acceptedAtMillis);
        }
    }
}
