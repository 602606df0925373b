package io.github.doorbuster.pvpool;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Makes chunks without a pool. */
public final class Chunks {

    private Chunks() {}

    /** A new segment id. */
    public static String newSegment() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** A chunk of a new segment. */
    public static Chunk of(Map<String, Long> counts) {
        return of(newSegment(), 0, counts);
    }

    /** A chunk as the pool makes it, sorted by id. */
    public static Chunk of(String segment, int number, Map<String, Long> counts) {
        Map<String, Long> sorted = new TreeMap<>(counts);
        return new Chunk(
                segment,
                number,
                sorted.keySet().toArray(new String[0]),
                sorted.values().stream().mapToLong(Long::longValue).toArray(),
                0,
                sorted.size());
    }

    /** A chunk of a new segment that has one view of each item, in the given order. */
    public static Chunk inOrder(List<String> ids) {
        long[] counts = new long[ids.size()];
        Arrays.fill(counts, 1);
        return new Chunk(newSegment(), 0, ids.toArray(new String[0]), counts, 0, ids.size());
    }
}
