package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.ViewJournal.Listener;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.Views;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A {@link FileJournal} on a {@link FakeFolder}, whose writes happen when the simulation says so. */
public final class SimulatedJournal {

    private final FileJournal journal;
    private @Nullable JournalWriter writer;

    public SimulatedJournal(
            FakeFolder folder, Runnable alive, Clock clock, LongSupplier nanoClock, Supplier<String> ids) {
        JournalConfig config = JournalConfig.builder()
                .journalDir(Path.of("/simulated"))
                .segmentBytes(64 << 10)
                .build();
        journal = new FileJournal(config, folder.disk(alive), clock, nanoClock, ids, started -> writer = started);
    }

    /** A {@link SpillJournal} on a {@link FakeFolder}. */
    public static ViewJournal spilling(FakeFolder folder, Clock clock, LongSupplier nanoClock) {
        JournalConfig config =
                JournalConfig.builder().spillDir(Path.of("/simulated")).build();
        return new SpillJournal(config, folder.disk(() -> {}), clock, nanoClock);
    }

    public ViewJournal journal() {
        return journal;
    }

    /** A control: a segment may span several buckets. */
    public ViewJournal withoutBuckets() {
        return listener -> journal.open(new Listener() {
            @Override
            public void nextSegment(Segment next) {
                listener.nextSegment(next);
            }

            @Override
            public void segmentSealed(Segment segment) {
                listener.segmentSealed(segment);
            }

            @Override
            public long idempotencyMillis() {
                return listener.idempotencyMillis();
            }

            @Override
            public void keyRecovered(Views views, long acceptedAtMillis) {
                listener.keyRecovered(views, acceptedAtMillis);
            }
        });
    }

    /** Writes and forces what is queued, and answers it. */
    public void commit() {
        if (writer != null) {
            writer.runQueued();
        }
    }
}
