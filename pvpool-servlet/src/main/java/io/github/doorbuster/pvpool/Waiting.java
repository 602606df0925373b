package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.SegmentQueue.Ended;
import io.github.doorbuster.pvpool.Slot.Counter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The views of the segments that wait, without the one in the batch. Segments that the journal has share one total per
 * item and bucket of time, however many they are. Each segment that is only in memory keeps its own counts.
 *
 * <p>Guarded by the monitor of {@link PendingViews}.
 */
final class Waiting {

    /** The totals of segments in the journal, by the start of their bucket. */
    private final Map<Long, Totals> durable = new HashMap<>();

    private final List<InMemory> inMemory = new ArrayList<>();

    boolean isEmpty() {
        return durable.isEmpty() && inMemory.isEmpty();
    }

    /** Adds the counts of a segment. */
    void add(Ended ended, Map<String, Counter> counts) {
        if (ended.isInMemory()) {
            inMemory.add(new InMemory(ended, counts));
        } else if (!counts.isEmpty()) {
            durable.computeIfAbsent(ended.bucketStart(), start -> new Totals()).add(counts);
        }
    }

    boolean contains(long bucketStart, String id) {
        Totals totals = durable.get(bucketStart);
        if (totals != null && totals.contains(id)) {
            return true;
        }
        for (InMemory segment : inMemory) {
            if (segment.ended.bucketStart() == bucketStart && segment.counts.containsKey(id)) {
                return true;
            }
        }
        return false;
    }

    /** Adds the counts in some buckets to a list. */
    void addCounts(Set<Long> bucketStarts, List<Map<String, Counter>> counts) {
        durable.forEach((start, totals) -> {
            if (bucketStarts.contains(start)) {
                counts.add(totals.counters());
            }
        });
        for (InMemory segment : inMemory) {
            if (bucketStarts.contains(segment.ended.bucketStart())) {
                counts.add(segment.counts);
            }
        }
    }

    /** Adds the views in a bucket to the sums. */
    void addTo(Map<Long, Map<String, Long>> sums, Collection<String> ids) {
        durable.forEach((bucketStart, totals) -> add(sums, bucketStart, totals.counters(), ids));
        inMemory.forEach(segment -> add(sums, segment.ended.bucketStart(), segment.counts, ids));
    }

    private static void add(
            Map<Long, Map<String, Long>> sums, long bucketStart, Map<String, Counter> counts, Collection<String> ids) {
        for (String id : ids) {
            long views = Totals.views(counts, id);
            if (views > 0) {
                sums.computeIfAbsent(bucketStart, start -> new HashMap<>()).merge(id, views, Long::sum);
            }
        }
    }

    /** Removes the views of a segment that the journal has. */
    void subtract(Ended ended, Map<String, Counter> counts) {
        Totals totals = durable.get(ended.bucketStart());
        if (totals != null) {
            counts.forEach((id, counter) -> totals.subtract(id, counter.views));
            if (totals.isEmpty()) {
                durable.remove(ended.bucketStart());
            }
        }
    }

    /**
     * Removes all counts of the bucket of a segment, which has no other segment, or the segment's own, and returns
     * them.
     */
    Map<String, Counter> take(Ended ended) {
        if (!ended.isInMemory()) {
            Totals totals = durable.remove(ended.bucketStart());
            return totals == null ? Map.of() : totals.take();
        }
        Map<String, Counter> counts = counts(ended);
        inMemory.removeIf(segment -> segment.ended == ended);
        return counts;
    }

    /** The counts of a segment that is only in memory. */
    Map<String, Counter> counts(Ended ended) {
        for (InMemory segment : inMemory) {
            if (segment.ended == ended) {
                return segment.counts;
            }
        }
        return Map.of();
    }

    private record InMemory(Ended ended, Map<String, Counter> counts) {}
}
