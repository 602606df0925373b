package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.util.Map;

/**
 * When views were pending, by the segments of the journals.
 *
 * <p>A reader first copies pending counts and then reads the store. Some of the counts may reach the store in between.
 * The store's answer has the position of each journal, so that no count is added twice.
 *
 * @param firstLater for each journal, the number of its first segment with pending views that is not being written
 * @param known the position of each journal that the pool knows
 * @param complete whether all views in the segments of the journals were pending
 */
record PendingMoment(Map<String, Long> firstLater, Map<String, Position> known, boolean complete) {

    /** Whether the store's answer tells for every count if it contains it. Otherwise a flush has run in between. */
    boolean isConsistentWith(Map<String, Position> stored) {
        return firstLater.entrySet().stream()
                .allMatch(first -> positionOf(stored, first.getKey()).segment() < first.getValue());
    }

    /** Whether the store has lost what the pool has written to it. */
    boolean isAheadOf(Map<String, Position> stored) {
        return known.entrySet().stream()
                .anyMatch(position -> positionOf(stored, position.getKey()).isBefore(position.getValue()));
    }

    /** Whether the store has the views of an item in the segment that was being written. */
    boolean isStored(Map<String, Position> stored, Segment written, String id) {
        return positionOf(stored, written.journal()).covers(written.number(), id);
    }

    private static Position positionOf(Map<String, Position> stored, String journal) {
        return stored.getOrDefault(journal, Position.START);
    }
}
