package io.github.doorbuster.pvpool;

import java.util.Collection;

/**
 * Stores the counts. {@link io.github.doorbuster.pvpool.jdbc.JdbcPvStore} is the implementation for SQL databases.
 *
 * <p>A store records which chunks it has applied, in the same transaction as their counts. The pool can therefore apply
 * a chunk again whenever it does not know how the last attempt ended. Implementations must be safe for one thread that
 * writes while many others read.
 */
public interface PvStore {

    /**
     * Adds the counts of a chunk, unless a chunk with this segment and number has already been applied.
     *
     * @throws StoreException if the counts were not added, or if the outcome is unknown; the pool applies the same
     *     chunk again later
     */
    Applied apply(Chunk chunk) throws StoreException;

    /**
     * Reads counts, and which chunks of the given segments they contain, at one moment.
     *
     * @throws StoreException if the store does not respond
     */
    StoredCounts read(Collection<String> ids, Collection<String> segments) throws StoreException;

    /**
     * Forgets which chunks of a segment were applied. Called when no chunk of it can be applied again.
     *
     * @throws StoreException if the store does not respond; the only consequence is that its records stay
     */
    void forget(String segment) throws StoreException;

    /** Interrupts an {@link #apply} in progress, because the pool has to close in time. Does nothing by default. */
    default void abort() {}

    /**
     * The result of {@link #apply}.
     *
     * @param alreadyApplied whether the chunk had been applied earlier, so that nothing was added now
     * @param statements the number of statements sent
     * @param unknownViews views of items that are not in the table, with {@code updateOnly}
     * @param setAsideRows rows that were set aside because the database rejected their data
     * @param setAsideViews views in those rows
     */
    record Applied(boolean alreadyApplied, int statements, long unknownViews, int setAsideRows, long setAsideViews) {}
}
