package io.github.doorbuster.pvpool;

import java.util.Collection;

/**
 * Where counts are added up. Implementations are safe for one writing thread beside many reading ones.
 *
 * <p>A store remembers which chunks it has applied, in the same transaction as their counts; that is what lets the pool
 * offer a chunk again whenever it does not know how the last attempt ended.
 */
public interface PvStore {

    /**
     * Adds a chunk's counts, unless a chunk of the same segment and number has been applied before.
     *
     * @param chunk what to add, sorted by id
     * @return what was done
     * @throws StoreException if nothing was added, or if it is not known; the same chunk is offered again later
     */
    Applied apply(Chunk chunk) throws StoreException;

    /**
     * Reads counts, and which chunks of the given segments they contain, all as of one moment.
     *
     * @param ids the items
     * @param segments segments that may be under way
     * @return the counts of the items that have one, and the chunks applied
     * @throws StoreException if the store does not answer
     */
    StoredCounts read(Collection<String> ids, Collection<String> segments) throws StoreException;

    /**
     * Forgets that a segment's chunks were applied. Called once nothing can offer them again.
     *
     * @param segment a segment applied in full
     * @throws StoreException if the store does not answer; nothing breaks, the store keeps a few rows too many
     */
    void forget(String segment) throws StoreException;

    /** Breaks off an {@link #apply} that is under way, for a pool that has to close in time. */
    default void abort() {}

    /**
     * What {@link #apply} did.
     *
     * @param before true if the chunk had been applied earlier and nothing was added now
     * @param statements statements sent for it
     * @param unknownViews views of items the store's table does not know (update-only mode)
     * @param setAsideRows rows the store would not take for their data, set aside
     * @param setAsideViews views in those rows
     */
    record Applied(boolean before, int statements, long unknownViews, int setAsideRows, long setAsideViews) {}
}
