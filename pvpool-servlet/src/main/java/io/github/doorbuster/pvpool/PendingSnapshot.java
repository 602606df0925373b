package io.github.doorbuster.pvpool;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pending counts of a few items at one moment.
 *
 * <p>A reader first takes this snapshot and then reads the store. Some of the counts may reach the store in between.
 * The store's answer names the chunks it contains, so that none of them is added twice.
 *
 * @param counts the counts, and where they are pending
 * @param segments every segment that may reach the store after the snapshot
 * @param removals how many batches had been removed, see {@link PendingViews#isCurrent}
 */
record PendingSnapshot(List<Count> counts, Set<String> segments, long removals) {

    /** Whether the store's answer tells for every count if it contains it. If not, a flush came in between. */
    boolean isConsistentWith(StoredCounts stored) {
        return counts.stream()
                .noneMatch(count -> count.chunk == Count.ANY_CHUNK
                        && !stored.appliedChunks()
                                .getOrDefault(count.segment, Set.of())
                                .isEmpty());
    }

    /** Adds the counts that the store does not contain to those it does. */
    Map<String, Long> plus(StoredCounts stored, Collection<String> ids) {
        Map<String, Long> sums = new HashMap<>();
        for (String id : new HashSet<>(ids)) {
            sums.put(id, stored.counts().getOrDefault(id, 0L));
        }
        for (Count count : counts) {
            if (!stored.contains(count.segment, count.chunk)) {
                sums.merge(count.id, count.views, Long::sum);
            }
        }
        return sums;
    }

    /** The views of one item in one chunk. */
    record Count(String segment, int chunk, String id, long views) {

        /** Stands for the chunk while its segment is not divided into chunks yet. */
        static final int ANY_CHUNK = -1;
    }
}
