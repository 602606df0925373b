package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal;

/** Creates journals. */
public final class Journals {

    private Journals() {}

    /**
     * Creates the journal that a configuration describes. A pool starts and closes it, and can be built with it once:
     *
     * <pre>{@code
     * JournalConfig config = JournalConfig.builder().journalDir(folder).build();
     * PvPool pool = PvPool.builder().store(store).journal(Journals.of(config)).build();
     * }</pre>
     *
     * @return a journal in {@link JournalConfig.Builder#journalDir} or {@link JournalConfig.Builder#spillDir}, or one
     *     that keeps nothing if neither is set
     */
    public static ViewJournal of(JournalConfig config) {
        if (config.journalDir() != null) {
            return new FileJournal(config);
        }
        return config.spillDir() == null ? ViewJournal.none() : new SpillJournal(config);
    }
}
