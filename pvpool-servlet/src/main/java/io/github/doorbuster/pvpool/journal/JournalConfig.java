package io.github.doorbuster.pvpool.journal;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the journal that keeps accepted views on disk. {@link Builder} describes each option.
 *
 * <p>Immutable. The constructor throws {@link IllegalArgumentException} for a value out of its range.
 */
public record JournalConfig(
        @Nullable Path journalDir, @Nullable Path spillDir, int segmentBytes, long journalMaxBytes, int retainMinutes) {

    /** Checks every value. */
    public JournalConfig {
        if (journalDir != null && spillDir != null) {
            throw new IllegalArgumentException(
                    "spillDir=%s: must not be set if journalDir is set; the journal also keeps the views of an orderly shutdown"
                            .formatted(spillDir));
        }
        Settings.requireRange(
                "segmentBytes",
                segmentBytes,
                64 << 10,
                1 << 30,
                "a segment of some MiB is written with few interruptions");
        Settings.requireRange(
                "journalMaxBytes", journalMaxBytes, segmentBytes, 1L << 50, "must not be less than segmentBytes");
        Settings.requireRange(
                "retainMinutes", retainMinutes, 0, 10_080, "set it longer than a replica may lag behind its primary");
    }

    /** {@return a builder with the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a configuration. Each method has the name of its init-param. */
    public static final class Builder {

        private @Nullable Path journalDir;
        private @Nullable Path spillDir;
        private int segmentBytes = 64 << 20;
        private long journalMaxBytes = 1L << 30;
        private int retainMinutes = 10;

        private Builder() {}

        /**
         * Sets the folder of a journal that has every view on disk before it is accepted, so that a killed process
         * loses none. Default: no journal. The folder must be on a local disk and belong to one pool alone; it is
         * created if missing.
         */
        public Builder journalDir(Path journalDir) {
            this.journalDir = journalDir;
            return this;
        }

        /**
         * Sets the folder that an orderly shutdown writes to if the store does not take all views; the next start
         * recovers them. A killed process loses what was in memory. Default: none. It cannot be combined with
         * {@link #journalDir}. The folder must belong to one pool alone; it is created if missing.
         */
        public Builder spillDir(Path spillDir) {
            this.spillDir = spillDir;
            return this;
        }

        /**
         * Sets the size at which a segment ends before the flush interval does, in bytes: 65,536 to 1,073,741,824,
         * default 67,108,864 (64 MiB).
         */
        public Builder segmentBytes(int segmentBytes) {
            this.segmentBytes = segmentBytes;
            return this;
        }

        /**
         * Sets the size of all segments above which views are rejected, in bytes: {@link #segmentBytes} to
         * 1,125,899,906,842,624 (1 PiB), default 1,073,741,824 (1 GiB).
         */
        public Builder journalMaxBytes(long journalMaxBytes) {
            this.journalMaxBytes = journalMaxBytes;
            return this;
        }

        /**
         * Sets how long segments are retained after they are written to the store, in minutes: 0 to 10,080, default 10.
         * If the store loses transactions, in a failover to a replica or when a backup is restored, the pool writes
         * them again. Retained segments are deleted earlier if {@link #journalMaxBytes} is reached.
         */
        public Builder retainMinutes(int retainMinutes) {
            this.retainMinutes = retainMinutes;
            return this;
        }

        /**
         * Builds the configuration.
         *
         * @throws IllegalArgumentException if a value is out of its range, or if both folders are set; the message
         *     names key, value and rule
         */
        public JournalConfig build() {
            return new JournalConfig(journalDir, spillDir, segmentBytes, journalMaxBytes, retainMinutes);
        }
    }
}
