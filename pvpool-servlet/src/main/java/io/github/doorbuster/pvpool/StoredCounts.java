package io.github.doorbuster.pvpool;

import java.util.Map;

/**
 * Counts in a store at one moment. Immutable.
 *
 * @param counts views per item; an item without views is absent
 * @param positions the position of each journal; one without a row is absent
 */
public record StoredCounts(Map<String, Long> counts, Map<String, Position> positions) {

    /** Copies both maps. */
    public StoredCounts {
        counts = Map.copyOf(counts);
        positions = Map.copyOf(positions);
    }
}
