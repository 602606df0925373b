package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The segments that have ended, in the order in which they are written; the first may be in the batch.
 *
 * <p>Guarded by the monitor of {@link PendingViews}.
 */
final class SegmentQueue {

    private final Buckets buckets;
    private final Deque<Ended> queue = new ArrayDeque<>();

    SegmentQueue(Buckets buckets) {
        this.buckets = buckets;
    }

    /** Adds a segment whose counts are in the totals, or only in memory. */
    Ended add(Segment segment, boolean intact, boolean inMemory) {
        Ended ended = new Ended(segment, bucketStart(segment), inMemory);
        ended.intact = intact;
        ended.folded = true;
        queue.add(ended);
        return ended;
    }

    /** Adds a sealed segment of which only the journal has the counts. */
    void addOnDisk(Segment segment) {
        queue.add(onDisk(segment));
    }

    private Ended onDisk(Segment segment) {
        Ended ended = new Ended(segment, bucketStart(segment), false);
        ended.sealed = true;
        return ended;
    }

    private long bucketStart(Segment segment) {
        return buckets.startOf(segment.createdAtMillis());
    }

    /** Whether the totals of the bucket are exactly the counts of this segment, because no other one is in them. */
    boolean hasTotalsOfOneSegment(Ended segment) {
        return segment.folded
                && segment.intact
                && queue.stream().allMatch(other -> other == segment || other.bucketStart != segment.bucketStart);
    }

    /** The segments that are only in memory. */
    List<Ended> inMemory() {
        return queue.stream().filter(ended -> ended.inMemory).toList();
    }

    boolean isFirstInMemory() {
        Ended first = queue.peek();
        return first != null && first.inMemory;
    }

    /** Puts segments that only the journal has before all others. Afterwards, the totals of the others may be wrong. */
    void putBefore(List<Segment> segments) {
        distrustTotals();
        for (int i = segments.size() - 1; i >= 0; i--) {
            queue.addFirst(onDisk(segments.get(i)));
        }
    }

    /**
     * Puts the segments of a journal up to a position before all others, if the position is in one of them: the store
     * has a part of its views, and only those of the batch are told apart. Segments of several journals are in the
     * order of the clocks of their processes, which may have gone back. The segments before it stay before it, because
     * a store that is set back may lack them.
     */
    void putFirst(String journal, Position position) {
        List<Ended> upToPosition = queue.stream()
                .filter(ended -> ended.segment.journal().equals(journal)
                        && ended.segment.number() <= position.segment()
                        && !ended.inMemory)
                .toList();
        if (upToPosition.stream().anyMatch(ended -> ended.segment.number() == position.segment())) {
            queue.removeAll(upToPosition);
            for (int i = upToPosition.size() - 1; i >= 0; i--) {
                queue.addFirst(upToPosition.get(i));
            }
        }
    }

    /**
     * Marks the segments of a bucket as not in the totals, without the given one, so that the journal is read again.
     */
    void unfoldBucket(Ended without) {
        queue.stream()
                .filter(ended -> ended != without && !ended.inMemory && ended.bucketStart == without.bucketStart)
                .forEach(Ended::unfold);
    }

    void distrustTotals() {
        queue.forEach(ended -> ended.intact = false);
    }

    @Nullable
    Ended first() {
        return queue.peek();
    }

    void removeFirst() {
        queue.remove();
    }

    void remove(Ended ended) {
        queue.remove(ended);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    /** Allows a segment to be written. Returns false if it is not in the queue. */
    boolean seal(Segment sealed) {
        for (Ended ended : queue) {
            if (ended.segment.number() == sealed.number()
                    && ended.segment.journal().equals(sealed.journal())) {
                ended.sealed = true;
                return true;
            }
        }
        return false;
    }

    boolean hasUnsealed() {
        return queue.stream().anyMatch(ended -> !ended.sealed);
    }

    /** Whether the totals lack a segment. */
    boolean hasUnfolded() {
        return queue.stream().anyMatch(ended -> !ended.folded);
    }

    /** The first segment that is not in the totals and can be read. */
    Optional<Ended> firstUnfolded() {
        return queue.stream().filter(ended -> !ended.folded && ended.sealed).findFirst();
    }

    Optional<Segment> firstOf(String journal) {
        return queue.stream()
                .map(ended -> ended.segment)
                .filter(segment -> segment.journal().equals(journal))
                .findFirst();
    }

    Set<String> journals() {
        Set<String> journals = new HashSet<>();
        queue.forEach(ended -> journals.add(ended.segment.journal()));
        return journals;
    }

    /** For each journal, the number of its first segment, without those that are skipped at the head. */
    Map<String, Long> firstNumbers(int skipped) {
        Map<String, Long> numbers = new HashMap<>();
        queue.stream()
                .skip(skipped)
                .forEach(ended -> numbers.putIfAbsent(ended.segment.journal(), ended.segment.number()));
        return numbers;
    }

    /** A segment that has ended. */
    static final class Ended {

        private final Segment segment;
        private final long bucketStart;
        private final boolean inMemory;

        /** Whether the totals are exactly the counts of this segment if no other segment waits. */
        private boolean intact;

        /** Whether its counts are in the totals or in the batch. */
        private boolean folded;

        private boolean sealed;

        private Ended(Segment segment, long bucketStart, boolean inMemory) {
            this.segment = segment;
            this.bucketStart = bucketStart;
            this.inMemory = inMemory;
        }

        Segment segment() {
            return segment;
        }

        /** The start of the bucket of its views. */
        long bucketStart() {
            return bucketStart;
        }

        /** Whether no journal has its views. */
        boolean isInMemory() {
            return inMemory;
        }

        boolean isSealed() {
            return sealed;
        }

        boolean isIntact() {
            return intact;
        }

        boolean isFolded() {
            return folded;
        }

        void fold() {
            folded = true;
        }

        /** Its counts are in the journal only. */
        void unfold() {
            intact = false;
            folded = false;
        }
    }
}
