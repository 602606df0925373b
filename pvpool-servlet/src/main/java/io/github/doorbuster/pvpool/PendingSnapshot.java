package io.github.doorbuster.pvpool;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What waits to be written of a few items, as of one moment.
 *
 * <p>A reader takes this view first and reads the store second. In between, parts of it may reach the store; the
 * store's answer names the chunks it contains, so that none of them is added twice.
 *
 * @param parts counts and where they wait
 * @param segments every segment that may reach the store from now on
 * @param removals how many segments the store had been told to forget
 */
record PendingSnapshot(List<Part> parts, Set<String> segments, long removals) {

    /** Says whether the store's answer tells which parts it contains; otherwise a flush came in between. */
    boolean isSettledBy(StoredCounts stored) {
        return parts.stream()
                .noneMatch(part -> part.chunk == Part.ANY_CHUNK
                        && !stored.applied()
                                .getOrDefault(part.segment, Set.of())
                                .isEmpty());
    }

    /** The store's counts and those parts it does not contain. */
    Map<String, Long> addedTo(StoredCounts stored, Collection<String> ids) {
        Map<String, Long> sums = new HashMap<>();
        for (String id : new HashSet<>(ids)) {
            sums.put(id, stored.counts().getOrDefault(id, 0L));
        }
        for (Part part : parts) {
            if (!stored.contains(part.segment, part.chunk)) {
                sums.merge(part.id, part.views, Long::sum);
            }
        }
        return sums;
    }

    /** Views of one item in one chunk. */
    record Part(String segment, int chunk, String id, long views) {

        /** The segment is not cut into chunks yet. */
        static final int ANY_CHUNK = -1;
    }
}
