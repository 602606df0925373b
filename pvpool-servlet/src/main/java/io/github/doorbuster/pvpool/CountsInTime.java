package io.github.doorbuster.pvpool;

import java.util.List;
import java.util.Map;

/**
 * Counts in buckets of time. Immutable.
 *
 * @param buckets the buckets in their order; the last one is the current one
 * @param counts per item, the views in each bucket
 */
public record CountsInTime(List<Bucket> buckets, Map<String, List<Long>> counts) {

    /** Copies both. */
    public CountsInTime {
        buckets = List.copyOf(buckets);
        counts = Map.copyOf(counts);
    }

    /** {@return the views of an item in all these buckets} */
    public long sum(String id) {
        return counts.getOrDefault(id, List.of()).stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
