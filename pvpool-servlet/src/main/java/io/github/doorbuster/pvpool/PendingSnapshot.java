package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pending counts of a few items at one moment.
 *
 * <p>A reader first takes this snapshot and then reads the store. Some of the counts may reach the store in between.
 * The store's answer has the position of each journal, so that no count is added twice.
 *
 * @param later the counts of segments that are not being written, by item
 * @param inBatch the counts of the segment that is being written
 * @param firstLater for each journal, the number of its first segment that {@code later} has counts of
 * @param known the position of each journal that the pool knows
 */
record PendingSnapshot(
        Map<String, Long> later, List<Count> inBatch, Map<String, Long> firstLater, Map<String, Position> known) {

    /** Whether the store's answer tells for every count if it contains it. Otherwise a flush has run in between. */
    boolean isConsistentWith(StoredCounts stored) {
        return firstLater.entrySet().stream()
                .allMatch(first -> stored.positionOf(first.getKey()).segment() < first.getValue());
    }

    /** Whether the store has lost what the pool has written to it. */
    boolean isAheadOf(StoredCounts stored) {
        return known.entrySet().stream()
                .anyMatch(position -> stored.positionOf(position.getKey()).isBefore(position.getValue()));
    }

    /** Adds the counts that the store does not contain to the counts of the store. */
    Map<String, Long> plus(StoredCounts stored) {
        Map<String, Long> sums = new HashMap<>();
        later.forEach((id, views) -> sums.put(id, views + stored.counts().getOrDefault(id, 0L)));
        for (Count count : inBatch) {
            if (!stored.positionOf(count.segment.journal()).covers(count.segment.number(), count.id)) {
                sums.merge(count.id, count.views, Long::sum);
            }
        }
        return sums;
    }

    /** The views of one item in one segment. */
    record Count(Segment segment, String id, long views) {}
}
