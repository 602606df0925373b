package io.github.doorbuster.pvpool;

import java.util.Map;
import java.util.Set;

/**
 * What a store held at one moment.
 *
 * @param counts views per item; an item never counted is absent
 * @param applied numbers of the applied chunks per segment, for the segments asked about
 */
public record StoredCounts(Map<String, Long> counts, Map<String, Set<Integer>> applied) {

    /**
     * Copies both maps.
     *
     * @param counts views per item
     * @param applied applied chunks per segment
     */
    public StoredCounts {
        counts = Map.copyOf(counts);
        applied = Map.copyOf(applied);
    }

    boolean contains(String segment, int chunk) {
        return applied.getOrDefault(segment, Set.of()).contains(chunk);
    }
}
