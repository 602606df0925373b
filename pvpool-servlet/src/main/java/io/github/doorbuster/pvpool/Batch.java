package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PendingSnapshot.Count;
import io.github.doorbuster.pvpool.Slot.Counter;
import io.github.doorbuster.pvpool.ViewJournal.SegmentCounts;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The counts of one segment on their way to the store. They are sorted by id and divided into chunks of
 * {@code chunkRows} rows, so that the same counts always give the same chunks.
 *
 * <p>Guarded by the monitor of {@link PendingViews}.
 */
final class Batch {

    private final String segment;
    private final int chunkRows;
    private Map<String, Counter> unsorted;
    private String[] ids = {};
    private long[] counts = {};
    private int appliedChunks;
    private boolean sealed;

    Batch(String segment, int chunkRows, Map<String, Counter> unsorted) {
        this.segment = segment;
        this.chunkRows = chunkRows;
        this.unsorted = unsorted;
    }

    static Batch of(SegmentCounts recovered) {
        Map<String, Counter> counters = new HashMap<>();
        recovered.counts().forEach((id, views) -> counters.computeIfAbsent(id, first -> new Counter()).views += views);
        Batch batch = new Batch(recovered.segment(), recovered.chunkRows(), counters);
        batch.replaceBy(batch.sort());
        batch.seal();
        return batch;
    }

    String segment() {
        return segment;
    }

    boolean isSealed() {
        return sealed;
    }

    void seal() {
        sealed = true;
    }

    /**
     * Sorts a copy of the counts. This takes long, so it runs outside the monitor: the unsorted counts do not change.
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
        return (long) appliedChunks * chunkRows >= ids.length;
    }

    /** The first chunk that is not known to be in the store. */
    Chunk nextChunk() {
        int from = appliedChunks * chunkRows;
        return new Chunk(segment, appliedChunks, ids, counts, from, Math.min(from + chunkRows, ids.length));
    }

    void chunkApplied() {
        appliedChunks++;
    }

    /** Adds the counts of the given items that are not known to be in the store. */
    void addTo(Collection<String> wanted, List<Count> pending) {
        for (String id : wanted) {
            Counter counter = unsorted.get(id);
            if (counter != null) {
                pending.add(new Count(segment, Count.ANY_CHUNK, id, counter.views));
                continue;
            }
            int row = Arrays.binarySearch(ids, id);
            if (row >= 0 && row / chunkRows >= appliedChunks) {
                pending.add(new Count(segment, row / chunkRows, id, counts[row]));
            }
        }
    }

    /** All counts of the segment, also those in the store: a later start divides them into the same chunks. */
    SegmentCounts unwritten() {
        Map<String, Long> views = new HashMap<>();
        unsorted.forEach((id, counter) -> views.put(id, counter.views));
        for (int i = 0; i < ids.length; i++) {
            views.put(ids[i], counts[i]);
        }
        return new SegmentCounts(segment, chunkRows, views);
    }

    /** How many views are not known to be in the store. */
    long unwrittenViews() {
        long sum = 0;
        for (int i = appliedChunks * chunkRows; i < ids.length; i++) {
            sum += counts[i];
        }
        for (Counter counter : unsorted.values()) {
            sum += counter.views;
        }
        return sum;
    }

    /** The counts of a batch in the order of its chunks. */
    record Sorted(String[] ids, long[] counts) {}
}
