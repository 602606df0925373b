package io.github.doorbuster.pvpool;

import java.util.Map;

/**
 * Counts in buckets of a store at one moment. Immutable.
 *
 * @param counts views per item and start of the bucket in epoch milliseconds; where there are none, it is absent
 * @param positions the position of each journal; one without a row is absent
 */
public record StoredSeries(Map<String, Map<Long, Long>> counts, Map<String, Position> positions) {

    /** Copies both maps. */
    public StoredSeries {
        counts = Map.copyOf(counts);
        positions = Map.copyOf(positions);
    }
}
