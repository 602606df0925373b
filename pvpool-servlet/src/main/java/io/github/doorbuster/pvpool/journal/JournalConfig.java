package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where accepted views are kept on disk, if at all, and how much of them.
 *
 * @param journalDir the folder of a {@link FileJournal}, on a local disk; created if missing, used by one pool at a
 *     time
 * @param spillDir the folder of a {@link SpillJournal}, instead of {@code journalDir}
 * @param segmentBytes bytes after which a segment is ended early
 * @param journalMaxBytes bytes of all segments beyond which views are rejected
 * @param replayDays days after which a sealed segment is set aside instead of replayed; below the store's
 *     {@code ledgerDays}, or a segment written in part might be counted again
 */
public record JournalConfig(
        @Nullable Path journalDir, @Nullable Path spillDir, int segmentBytes, long journalMaxBytes, int replayDays) {

    /** Default of {@code segmentBytes}: 64 MiB. */
    public static final int DEFAULT_SEGMENT_BYTES = 64 << 20;
    /** Default of {@code journalMaxBytes}: 1 GiB. */
    public static final long DEFAULT_JOURNAL_MAX_BYTES = 1L << 30;
    /** Default of {@code replayDays}. */
    public static final int DEFAULT_REPLAY_DAYS = 25;

    /**
     * Checks every value.
     *
     * @param journalDir the folder of a {@link FileJournal}
     * @param spillDir the folder of a {@link SpillJournal}
     * @param segmentBytes bytes after which a segment is ended early
     * @param journalMaxBytes bytes of all segments beyond which views are rejected
     * @param replayDays days after which a sealed segment is set aside instead of replayed
     * @throws IllegalArgumentException naming the key, the value and the rule
     */
    public JournalConfig {
        if (journalDir != null && spillDir != null) {
            throw new IllegalArgumentException(
                    "spillDir=%s: must not be set beside journalDir; a journal keeps everything already"
                            .formatted(spillDir));
        }
        Settings.requireRange("segmentBytes", segmentBytes, 64 << 10, 1 << 30, "a segment is read back whole");
        Settings.requireRange("journalMaxBytes", journalMaxBytes, segmentBytes, 1L << 50, "no less than segmentBytes");
        Settings.requireRange("replayDays", replayDays, 1, 3650, "below ledgerDays");
    }

    /**
     * Makes the journal that the folders ask for.
     *
     * @return a {@link FileJournal}, a {@link SpillJournal}, or one that keeps nothing
     */
    public ViewJournal journal() {
        if (journalDir != null) {
            return new FileJournal(this);
        }
        return spillDir == null ? ViewJournal.none() : new SpillJournal(this);
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values; each method is named like the init-param. */
    public static final class Builder {

        private @Nullable Path journalDir;
        private @Nullable Path spillDir;
        private int segmentBytes = DEFAULT_SEGMENT_BYTES;
        private long journalMaxBytes = DEFAULT_JOURNAL_MAX_BYTES;
        private int replayDays = DEFAULT_REPLAY_DAYS;

        private Builder() {}

        /**
         * Sets the folder that keeps every view from before it is accepted until it is in the store.
         *
         * @param journalDir a folder of its own on a local disk
         * @return this builder
         */
        public Builder journalDir(Path journalDir) {
            this.journalDir = journalDir;
            return this;
        }

        /**
         * Sets the folder that takes what an orderly shutdown could not write to the store.
         *
         * @param spillDir a folder of its own, instead of {@code journalDir}
         * @return this builder
         */
        public Builder spillDir(Path spillDir) {
            this.spillDir = spillDir;
            return this;
        }

        /**
         * Sets how large a segment may become before it is ended early.
         *
         * @param segmentBytes bytes, 65536 or more
         * @return this builder
         */
        public Builder segmentBytes(int segmentBytes) {
            this.segmentBytes = segmentBytes;
            return this;
        }

        /**
         * Sets how large all segments together may become before views are rejected.
         *
         * @param journalMaxBytes bytes, no less than {@code segmentBytes}
         * @return this builder
         */
        public Builder journalMaxBytes(long journalMaxBytes) {
            this.journalMaxBytes = journalMaxBytes;
            return this;
        }

        /**
         * Sets how old a sealed segment may be and still be replayed.
         *
         * @param replayDays days, below the store's {@code ledgerDays}
         * @return this builder
         */
        public Builder replayDays(int replayDays) {
            this.replayDays = replayDays;
            return this;
        }

        /**
         * Checks the values.
         *
         * @return the configuration
         * @throws IllegalArgumentException naming the key, the value and the rule
         */
        public JournalConfig build() {
            return new JournalConfig(journalDir, spillDir, segmentBytes, journalMaxBytes, replayDays);
        }
    }
}
