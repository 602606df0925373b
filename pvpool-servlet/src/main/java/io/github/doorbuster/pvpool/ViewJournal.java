package io.github.doorbuster.pvpool;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes views outlive the process before they are accepted, in segments that the pool writes to its store one by one.
 *
 * <p>Calls on the {@link Listener} never overlap where their order matters: every view of a segment is handed to
 * {@link AppendCallback#durable} before that segment's {@link Listener#nextSegment}, and those of the next segment
 * after it.
 */
public interface ViewJournal {

    /**
     * A journal that keeps nothing: views are accepted at once and live in memory until they are written.
     *
     * @return a new journal
     */
    static ViewJournal none() {
        return new NoJournal();
    }

    /**
     * Hands back what earlier processes left, then begins the first segment. Called once.
     *
     * @param owner the pool
     * @return segments to write, oldest first
     * @throws IOException if the journal cannot be used
     */
    List<SegmentCounts> start(Listener owner) throws IOException;

    /**
     * Appends views to the current segment.
     *
     * @param views the views of one request
     * @param callback told once, from any thread, how it ended
     */
    void append(Views views, AppendCallback callback);

    /**
     * Ends the current segment; its views are handed to the pool as one batch.
     *
     * @return done when the segment is closed for good, so that its batch may be written
     */
    CompletableFuture<@Nullable Void> rollSegment();

    /**
     * Rejects further appends and waits for those under way. Cuts are still possible afterwards.
     *
     * @return done when no callback is open
     */
    CompletableFuture<@Nullable Void> stop();

    /**
     * Forgets a segment whose views are all in the store.
     *
     * @param segment its id
     * @throws IOException if it could not be forgotten for good; it may be handed back once more by a later start
     */
    void forget(String segment) throws IOException;

    /**
     * Drops what is no longer needed. Called at every flush interval.
     *
     * @throws IOException if it could not be dropped; it is tried again
     */
    default void deleteExpired() throws IOException {}

    /**
     * Closes the journal.
     *
     * @param unwritten segments whose views are not in the store yet
     * @return how many of them a later start will hand back
     */
    int close(List<SegmentCounts> unwritten);

    /**
     * The journal's own numbers, for people.
     *
     * @return names and values; empty if there is nothing to tell
     */
    default Map<String, Object> snapshot() {
        return Map.of();
    }

    /** The pool, as its journal sees it. */
    interface Listener {

        /**
         * Draws the line between two segments: what was durable so far belongs to the old one.
         *
         * @return the id of the next segment
         */
        String nextSegment();

        /**
         * Says that a segment will never change again.
         *
         * @param segment the id of a segment whose line was drawn
         */
        void sealed(String segment);

        /**
         * How segments are cut into chunks from now on; a journal keeps it with each segment.
         *
         * @return rows per chunk
         */
        int chunkRows();

        /**
         * How long Idempotency-Keys count.
         *
         * @return milliseconds from acceptance
         */
        long idempotencyMillis();

        /**
         * Remembers an Idempotency-Key that was accepted before this process began.
         *
         * @param views the request
         * @param acceptedAtMillis when, in epoch milliseconds
         */
        void accepted(Views views, long acceptedAtMillis);
    }

    /** Told how an append ended. */
    interface AppendCallback {

        /** The views are safe; the pool folds them into the current segment. */
        void durable();

        /**
         * The views were not kept.
         *
         * @param cause why
         */
        void failed(RejectedException cause);
    }

    /**
     * A segment that is still to be written.
     *
     * @param segment its id
     * @param chunkRows how it is cut into chunks; the same each time it is offered
     * @param counts views per item
     */
    record SegmentCounts(String segment, int chunkRows, Map<String, Long> counts) {}
}
