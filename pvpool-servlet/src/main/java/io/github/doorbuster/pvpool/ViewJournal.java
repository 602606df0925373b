package io.github.doorbuster.pvpool;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps views from before they are accepted until they are in the store, so that they survive the process.
 * {@link io.github.doorbuster.pvpool.journal.Journals} creates one; applications do not implement it.
 *
 * <p>A journal consists of segments. The pool writes the counts of one segment at a time to its store.
 *
 * <p>Order of the calls on the {@link Listener}: {@link AppendCallback#durable} is called for every view of a segment
 * before the {@link Listener#nextSegment} that ends this segment, and for the views of the next segment after it.
 */
public interface ViewJournal {

    /** {@return a journal that keeps nothing: views are accepted at once and are only in memory until written} */
    static ViewJournal none() {
        return new NoJournal();
    }

    /**
     * Recovers the segments of earlier processes, then starts the first segment of this one. Called once.
     *
     * @return the segments to write, oldest first
     * @throws IOException if the journal cannot be used
     */
    List<SegmentCounts> start(Listener listener) throws IOException;

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
     * Deletes a segment whose views are all in the store.
     *
     * @throws IOException if it cannot be deleted; a later start may recover it once more
     */
    void forget(String segment) throws IOException;

    /**
     * Deletes what is no longer needed. Called at every flush interval.
     *
     * @throws IOException if something cannot be deleted; the next call tries again
     */
    default void deleteExpired() throws IOException {}

    /**
     * Closes the journal.
     *
     * @param unwritten the segments whose views are not all in the store
     * @return how many of them a later start will recover
     */
    int close(List<SegmentCounts> unwritten);

    /** {@return the journal's own statistics by name, for people; empty if it has none} */
    default Map<String, Object> snapshot() {
        return Map.of();
    }

    /** The pool, as its journal sees it. */
    interface Listener {

        /**
         * Ends the current segment: the views that became durable since the last call belong to it.
         *
         * @return the id of the next segment
         */
        String nextSegment();

        /** Reports that a segment which has ended will never change again. */
        void segmentSealed(String segment);

        /** {@return the rows per chunk of the next segment; the journal stores it with the segment} */
        int chunkRows();

        /** {@return how long Idempotency-Keys are remembered, in milliseconds from acceptance} */
        long idempotencyMillis();

        /**
         * Reports a request with an Idempotency-Key that an earlier process accepted.
         *
         * @param acceptedAtMillis when it was accepted, in epoch milliseconds
         */
        void keyRecovered(Views views, long acceptedAtMillis);
    }

    /** Receives the outcome of an append. */
    interface AppendCallback {

        /** The views are safe. The pool counts them in the current segment. */
        void durable();

        /**
         * {@return whether nobody waits for the outcome any more} The journal drops such views if they are not written
         * yet, and calls {@link #failed}.
         */
        default boolean isAbandoned() {
            return false;
        }

        /** The views were not kept. */
        void failed(RejectedException cause);
    }

    /**
     * The counts of a segment that is not completely written yet.
     *
     * @param segment its id
     * @param chunkRows the rows per chunk, the same whenever the segment is written
     * @param counts views per item
     */
    record SegmentCounts(String segment, int chunkRows, Map<String, Long> counts) {}
}
