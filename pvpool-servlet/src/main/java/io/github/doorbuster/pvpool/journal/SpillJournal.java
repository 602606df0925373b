package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.SegmentFormat.Content;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps views in memory. An orderly shutdown writes to disk the views that it cannot write to the store; the next start
 * recovers them.
 */
final class SpillJournal implements ViewJournal {

    private static final Logger LOG = System.getLogger(SpillJournal.class.getName());

    private final Path folder;
    private final Disk disk;
    private final Clock clock;
    private final LongSupplier nanoClock;

    SpillJournal(JournalConfig config) {
        this(config, Disk.REAL, Clock.systemUTC(), System::nanoTime);
    }

    SpillJournal(JournalConfig config, Disk disk, Clock clock, LongSupplier nanoClock) {
        this.folder = Objects.requireNonNull(config.spillDir(), "spillDir");
        this.disk = disk;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    @Override
    public Open open(Listener listener) throws IOException {
        OpenFolder opened = OpenFolder.open(folder, disk, clock, nanoClock, 0, listener);
        try {
            return new Started(opened, ViewJournal.none(clock).open(listener));
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    private final class Started extends OpenFolder.Backed {

        private final Open memory;

        Started(OpenFolder opened, Open memory) {
            super(opened);
            this.memory = memory;
        }

        @Override
        public Segment first() {
            return memory.first();
        }

        @Override
        public Map<String, Position> applied() {
            return Map.of();
        }

        @Override
        public boolean isDurable() {
            return false;
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
        public void applied(Segment segment) throws IOException {
            opened.catalogue().applied(segment);
            opened.catalogue().deleteExpired();
        }

        @Override
        public long close(Collection<Unwritten> unwritten) {
            long kept = 0;
            try (OpenFolder closing = opened) {
                for (Unwritten segment : unwritten) {
                    spill(closing, segment);
                    kept += segment.views();
                }
            } catch (IOException e) {
                LOG.log(Level.ERROR, "cannot spill page views to %s: %s".formatted(folder, e.getMessage()), e);
            }
            return kept;
        }

        private void spill(OpenFolder open, Unwritten unwritten) throws IOException {
            Segment created = unwritten.segment();
            try (SegmentWriter segment =
                    SegmentWriter.create(disk, open.catalogue().pathOf(created), created)) {
                long views = unwritten.counts().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
                segment.append(List.of(SegmentFormat.counts(unwritten.counts())), Content.NONE.plus(1, views, 0), disk);
                segment.seal();
            }
        }

        @Override
        public Map<String, Object> snapshot() {
            return Map.of("segments", opened.catalogue().waiting(), "quarantined", opened.quarantined());
        }
    }
}
