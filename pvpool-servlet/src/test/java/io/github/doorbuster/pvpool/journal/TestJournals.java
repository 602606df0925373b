package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal;
import java.nio.file.Path;
import java.time.Clock;

/** Journals with a clock of the test. */
public final class TestJournals {

    private TestJournals() {}

    public static ViewJournal in(Path folder, Clock clock) {
        JournalConfig config = JournalConfig.builder().journalDir(folder).build();
        return new FileJournal(config, Disk.REAL, clock, System::nanoTime);
    }
}
