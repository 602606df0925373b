package io.github.doorbuster.pvpool;

import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps views until they are in the store. It has a view before the view is accepted, so that accepted views survive
 * the process. {@link io.github.doorbuster.pvpool.journal.Journals} creates one; applications do not implement it.
 *
 * <p>A journal is a sequence of numbered segments. Each start of a process writes a journal with a new id; the journals
 * of earlier processes keep their ids, so that no two processes ever write different views under the same number.
 */
public interface ViewJournal {

    /** {@return a journal that keeps nothing: views are accepted at once and are only in memory until written} */
    static ViewJournal none() {
        return none(Clock.systemUTC());
    }

    /** {@return as {@link #none()}, with a clock that determines the bucket of a view} */
    static ViewJournal none(Clock clock) {
        return new NoJournal(clock);
    }

    /**
     * Recovers the segments of earlier processes, and starts a journal for this one. Called once.
     *
     * @throws IOException if the journal cannot be used; nothing stays open
     */
    Open open(Listener listener) throws IOException;

    /**
     * An open journal.
     *
     * <p>Order of the calls on the {@link Listener}: {@link AppendCallback#durable} is called for every view of a
     * segment before the {@link Listener#nextSegment} that ends this segment, and for the views of the next segment
     * after it.
     */
    interface Open {

        /** {@return the first segment of this process, whose journal is new} */
        Segment first();

        /** {@return the segments of earlier processes that are not known to be in the store, in their order} */
        List<Segment> recovered();

        /** {@return the position of each earlier journal with segments that are known to be in the store} */
        Map<String, Position> applied();

        /** {@return the journals that have segments in the folder, also those that are in the store} */
        Set<String> journals();

        /** {@return the views of the recovered segments} */
        long recoveredViews();

        /** {@return whether every accepted view is in a folder, so that segments can be read again} */
        boolean isDurable();

        /**
         * {@return whether a later start may continue this journal, so that its row must not be deleted for its age}
         */
        boolean hasFolder();

        /**
         * Appends the views of one request to the current segment.
         *
         * @param callback called once, on any thread, with the outcome
         */
        void append(Views views, AppendCallback callback);

        /**
         * Ends the current segment and starts the next one.
         *
         * @return completes when the ended segment is sealed, so that its counts may be written
         */
        CompletableFuture<@Nullable Void> rollSegment();

        /**
         * Rejects further appends. Segments can still be rolled.
         *
         * @return completes when the callbacks of all earlier appends have been called
         */
        CompletableFuture<@Nullable Void> stop();

        /**
         * Reads the counts of a sealed segment.
         *
         * @param counts receives them, in the order in which they were accepted
         * @return false if the segment is damaged; it is then in quarantine and not counted
         * @throws IOException if that fails, possibly after some calls
         */
        boolean read(Segment segment, Counts counts) throws IOException;

        /**
         * Sets a segment aside that must not be written, and logs the reason.
         *
         * @throws IOException if that fails
         */
        void setAside(Segment segment, String reason) throws IOException;

        /**
         * Reports that all views of a segment are in the store. The journal retains it for some time, because the store
         * may lose them.
         *
         * @throws IOException if that cannot be recorded; a later start asks the store
         */
        void applied(Segment segment) throws IOException;

        /**
         * Takes back the retained segments that a store has lost.
         *
         * @return the segments that are not completely before the position
         */
        TakenBack takeBack(String journal, Position position);

        /**
         * Deletes what is no longer retained. Called at every flush interval.
         *
         * @throws IOException if something cannot be deleted; the next call tries again
         */
        void deleteExpired() throws IOException;

        /**
         * Closes the journal.
         *
         * @param unwritten what is not in the store
         * @return the views that a later start will recover
         */
        long close(Collection<Unwritten> unwritten);

        /** {@return the journal's own statistics by name, for people; empty if it has none} */
        default Map<String, Object> snapshot() {
            return Map.of();
        }
    }

    /** The pool, as its journal sees it. */
    interface Listener {

        /**
         * Ends the current segment. The views that have become durable since the last call belong to it; if there are
         * none, only the name of the current segment changes.
         */
        void nextSegment(Segment next);

        /** Reports that a segment which has ended will never change again. */
        void segmentSealed(Segment segment);

        /** {@return whether a segment ends with a bucket of time, so that {@link #isSameBucket} must be asked} */
        default boolean hasBuckets() {
            return false;
        }

        /**
         * {@return whether views accepted at these times, in epoch milliseconds, may be in one segment} A segment has
         * the views of one bucket of time: that in which it was created.
         */
        default boolean isSameBucket(long oneMillis, long otherMillis) {
            return true;
        }

        /** {@return how long Idempotency-Keys are remembered, in milliseconds from acceptance} */
        long idempotencyMillis();

        /**
         * Reports a request with an Idempotency-Key that an earlier process accepted.
         *
         * @param acceptedAtMillis when it was accepted, in epoch milliseconds
         */
        void keyRecovered(Views views, long acceptedAtMillis);
    }

    /** Receives the counts of a segment. */
    interface Counts {

        /** Views of an item; an item may come several times. */
        void add(String id, long views);

        /** The views since the last call were accepted together. */
        default void recordEnded() {}
    }

    /** Receives the outcome of an append. */
    interface AppendCallback {

        /** The views are safe. The pool counts them in the current segment. */
        void durable();

        /**
         * {@return whether the caller no longer waits for the outcome} If the views are not written yet, the journal
         * drops them and calls {@link #failed}.
         */
        default boolean isAbandoned() {
            return false;
        }

        /** The views were not kept. */
        void failed(RejectedException cause);
    }

    /**
     * The name of a segment.
     *
     * @param journal the id of its journal: 32 hexadecimal digits, unique among all nodes
     * @param number its number in the journal, from 1
     * @param viewsBefore the views in all earlier segments of the journal
     * @param createdAtMillis when it was created, in epoch milliseconds
     */
    record Segment(String journal, long number, long viewsBefore, long createdAtMillis) {

        /** {@return the segment after this one} */
        public Segment next(long views, long nowMillis) {
            return new Segment(journal, number + 1, viewsBefore + views, nowMillis);
        }

        /** Not that of a record, with which the JDK keeps the class loader of the application. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Segment segment
                    && segment.number == number
                    && segment.journal.equals(journal)
                    && segment.viewsBefore == viewsBefore
                    && segment.createdAtMillis == createdAtMillis;
        }

        @Override
        public int hashCode() {
            return Objects.hash(journal, number);
        }
    }

    /**
     * Segments that a store has lost.
     *
     * @param segments the segments in their order
     * @param views all views of these segments, also those before the position of the store
     */
    record TakenBack(List<Segment> segments, long views) {}

    /**
     * The counts of a segment that is not completely in the store.
     *
     * @param counts all views per item, also those that the store has by the journal's position
     * @param views how many views are not known to be in the store
     */
    record Unwritten(Segment segment, Map<String, Long> counts, long views) {}
}
