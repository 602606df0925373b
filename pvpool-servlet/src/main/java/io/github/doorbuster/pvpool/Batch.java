package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PendingSnapshot.Count;
import io.github.doorbuster.pvpool.Slot.Counter;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.ViewJournal.Unwritten;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/**
 * The counts of one segment on their way to the store, sorted by id and divided into chunks.
 *
 * <p>Guarded by the monitor of {@link PendingViews}.
 */
final class Batch {

    private final Segment segment;
    private final long bucketStart;
    private Map<String, Counter> unsorted;
    private String[] ids = {};
    private long[] counts = {};
    private int appliedRows;
    private long appliedViews;

    /**
     * The views of the applied items that are not applied, because the process that applied these did not have them.
     */
    private long laterViews;

    Batch(Segment segment, long bucketStart, Map<String, Counter> unsorted) {
        this.segment = segment;
        this.bucketStart = bucketStart;
        this.unsorted = unsorted;
    }

    Segment segment() {
        return segment;
    }

    /** The start of the bucket of its views. */
    long bucketStart() {
        return bucketStart;
    }

    /**
     * Sorts a copy of the counts. This takes long, so it runs outside the monitor. The unsorted counts do not change
     * meanwhile.
     */
    Sorted sort() {
        String[] sortedIds = unsorted.keySet().toArray(new String[0]);
        Arrays.sort(sortedIds);
        long[] sortedCounts = new long[sortedIds.length];
        for (int i = 0; i < sortedIds.length; i++) {
            sortedCounts[i] = unsorted.get(sortedIds[i]).views;
        }
        return new Sorted(sortedIds, sortedCounts);
    }

    void replaceBy(Sorted sorted) {
        ids = sorted.ids;
        counts = sorted.counts;
        unsorted = Map.of();
    }

    boolean isSorted() {
        return unsorted.isEmpty();
    }

    boolean isApplied() {
        return isSorted() && appliedRows >= ids.length && laterViews <= 0;
    }

    /** Continues after a position of the journal. */
    void resumeAfter(Position position) {
        appliedRows = 0;
        appliedViews = 0;
        while (appliedRows < ids.length && position.covers(segment.number(), ids[appliedRows])) {
            appliedViews += counts[appliedRows++];
        }
        laterViews = 0;
        if (position.segment() == segment.number()) {
            laterViews = appliedViews - (position.views() - segment.viewsBefore());
            appliedViews -= Math.max(0, laterViews);
        }
    }

    /**
     * The views of items up to the position that are not applied: the position was reached with an older copy of this
     * segment. Negative if it was reached with a newer one.
     */
    long laterViews() {
        return laterViews;
    }

    /** The views that are known to be in the store. */
    long appliedViews() {
        return appliedViews;
    }

    /** The first chunk that is not known to be in the store. */
    Chunk nextChunk(int rows, Position before, String owner, long epoch, List<Bucket> buckets) {
        int to = Math.min(appliedRows + rows, ids.length);
        long views = segment.viewsBefore() + appliedViews;
        for (int i = appliedRows; i < to; i++) {
            views += counts[i];
        }
        Position after = new Position(segment.number(), ids[to - 1], views);
        return new Chunk(segment.journal(), owner, epoch, buckets, before, after, ids, counts, appliedRows, to);
    }

    /** Records that a chunk is applied. Returns how many items are completely applied by it. */
    int chunkApplied(Chunk chunk) {
        int rows = laterViews > 0 ? 0 : chunk.units();
        laterViews -= laterViews > 0 ? chunk.views() : 0;
        appliedRows += rows;
        appliedViews += chunk.views();
        return rows;
    }

    /** Whether some views of the item are not known to be in the store. */
    boolean contains(String id) {
        return unsorted.containsKey(id) || Arrays.binarySearch(ids, appliedRows, ids.length, id) >= 0;
    }

    /** The counts of the given items that are not known to be in the store. */
    List<Count> pending(Collection<String> wanted) {
        List<Count> pending = new ArrayList<>();
        for (String id : wanted) {
            Counter counter = unsorted.get(id);
            if (counter != null) {
                pending.add(new Count(segment, id, counter.views));
                continue;
            }
            int row = Arrays.binarySearch(ids, appliedRows, ids.length, id);
            if (row >= 0) {
                pending.add(new Count(segment, id, counts[row]));
            }
        }
        return pending;
    }

    /** What is not known to be in the store. It does not change when chunks are applied, and copies nothing. */
    Rest rest() {
        return new Rest(segment, unsorted, ids, counts, appliedRows);
    }

    /** The items that are not known to be in the store. */
    List<String> unwrittenIds() {
        return isSorted() ? Arrays.asList(ids).subList(appliedRows, ids.length) : List.copyOf(unsorted.keySet());
    }

    /** All counts of the segment, also those in the store: the position of the journal tells which. */
    Unwritten unwritten() {
        Map<String, Long> views = new HashMap<>();
        unsorted.forEach((id, counter) -> views.put(id, counter.views));
        for (int i = 0; i < ids.length; i++) {
            views.put(ids[i], counts[i]);
        }
        long all = views.values().stream().mapToLong(Long::longValue).sum();
        return new Unwritten(segment, views, all - appliedViews);
    }

    /** The counts of a batch from one row on. Immutable: a batch replaces its arrays and its map, if at all. */
    record Rest(Segment segment, Map<String, Counter> unsorted, String[] ids, long[] counts, int from) {

        long views(String id) {
            Counter counter = unsorted.get(id);
            if (counter != null) {
                return counter.views;
            }
            int row = Arrays.binarySearch(ids, from, ids.length, id);
            return row >= 0 ? counts[row] : 0;
        }

        void forEach(ObjLongConsumer<String> action) {
            unsorted.forEach((id, counter) -> action.accept(id, counter.views));
            for (int row = from; row < ids.length; row++) {
                action.accept(ids[row], counts[row]);
            }
        }
    }

    /** The counts of a batch in the order of its chunks. */
    record Sorted(String[] ids, long[] counts) {}
}
