package io.github.doorbuster.pvpool;

import java.util.Map;

/**
 * Sums of a store that include the items with the most views, at one moment. Immutable.
 *
 * @param sums the views per item of each item that may be among those with the most views
 * @param positions the position of each journal; one without a row is absent
 */
public record StoredTop(Map<String, Long> sums, Map<String, Position> positions) {

    /** Copies both maps. */
    public StoredTop {
        sums = Map.copyOf(sums);
        positions = Map.copyOf(positions);
    }
}
