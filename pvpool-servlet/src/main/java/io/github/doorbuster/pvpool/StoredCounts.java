package io.github.doorbuster.pvpool;

import java.util.Map;
import java.util.Set;

/**
 * Counts in a store at one moment. Immutable.
 *
 * @param counts views per item; an item without views is absent
 * @param appliedChunks the numbers of the applied chunks per segment
 */
public record StoredCounts(Map<String, Long> counts, Map<String, Set<Integer>> appliedChunks) {

    /** Copies both maps. */
    public StoredCounts {
        counts = Map.copyOf(counts);
        appliedChunks = Map.copyOf(appliedChunks);
    }

    boolean contains(String segment, int chunk) {
        return appliedChunks.getOrDefault(segment, Set.of()).contains(chunk);
    }
}
