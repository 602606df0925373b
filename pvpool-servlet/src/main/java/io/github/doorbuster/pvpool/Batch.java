package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PendingSnapshot.Part;
import io.github.doorbuster.pvpool.Slot.Counter;
import io.github.doorbuster.pvpool.ViewJournal.SegmentCounts;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One segment's counts on their way to the store. Sorted by id and cut every {@code chunkRows} rows, so that the same
 * counts always give the same chunks.
 *
 * <p>The mutable state is guarded by {@link PendingViews}.
 */
final class Batch {

    private final String segment;
    private final int chunkRows;
    private Map<String, Counter> counters;
    private String[] ids = {};
    private long[] counts = {};
    private int appliedChunks;
    private boolean sealed;

    Batch(String segment, int chunkRows, Map<String, Counter> counters) {
        this.segment = segment;
        this.chunkRows = chunkRows;
        this.counters = counters;
    }

    static Batch of(SegmentCounts saved) {
        Map<String, Counter> counters = new HashMap<>();
        saved.counts().forEach((id, views) -> counters.computeIfAbsent(id, first -> new Counter()).views += views);
        Batch batch = new Batch(saved.segment(), saved.chunkRows(), counters);
        batch.sort(batch.sorted());
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
     * The counts in order, to be put in place with {@link #sort(Sorted)}: sorting takes long, putting in place does
     * not.
     */
    Sorted sorted() {
        String[] sortedIds = counters.keySet().toArray(new String[0]);
        Arrays.sort(sortedIds);
        long[] sortedCounts = new long[sortedIds.length];
        for (int i = 0; i < sortedIds.length; i++) {
            sortedCounts[i] = counters.get(sortedIds[i]).views;
        }
        return new Sorted(sortedIds, sortedCounts);
    }

    boolean isSorted() {
        return counters.isEmpty();
    }

    int chunkRows() {
        return chunkRows;
    }

    void sort(Sorted sorted) {
        ids = sorted.ids;
        counts = sorted.counts;
        counters = Map.of();
    }

    int rows() {
        return ids.length;
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

    /** Adds what this batch still holds of the items; an unsorted batch cannot tell their chunks yet. */
    void addTo(Collection<String> wanted, List<Part> parts) {
        for (String id : wanted) {
            Counter counter = counters.get(id);
            if (counter != null) {
                parts.add(new Part(segment, Part.ANY_CHUNK, id, counter.views));
                continue;
            }
            int row = Arrays.binarySearch(ids, id);
            if (row >= 0 && row / chunkRows >= appliedChunks) {
                parts.add(new Part(segment, row / chunkRows, id, counts[row]));
            }
        }
    }

    /** What is not known to be in the store, chunks as they were. */
    SegmentCounts unwritten() {
        Map<String, Long> views = new HashMap<>();
        counters.forEach((id, counter) -> views.put(id, counter.views));
        for (int i = 0; i < ids.length; i++) {
            views.put(ids[i], counts[i]);
        }
        return new SegmentCounts(segment, chunkRows, views);
    }

    long unwrittenViews() {
        long sum = 0;
        for (int i = appliedChunks * chunkRows; i < ids.length; i++) {
            sum += counts[i];
        }
        for (Counter counter : counters.values()) {
            sum += counter.views;
        }
        return sum;
    }

    /** A batch's counts in the order of its chunks. */
    record Sorted(String[] ids, long[] counts) {}
}
