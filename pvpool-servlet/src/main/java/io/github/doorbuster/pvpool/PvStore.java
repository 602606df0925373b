package io.github.doorbuster.pvpool;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores the counts. {@link io.github.doorbuster.pvpool.jdbc.JdbcPvStore} is the implementation for SQL databases.
 *
 * <p>A store keeps a ledger with one row per journal: its owner, and the position up to which its chunks are applied.
 * It moves the position in the same transaction as it adds the counts. The pool can therefore apply a chunk again
 * whenever it does not know how the last attempt ended, and can tell whether the store has lost transactions.
 * Implementations must be safe for one thread that writes while many others read.
 */
public interface PvStore {

    /**
     * Moves the position of the chunk's journal and adds the counts of the chunk, both or neither. Does nothing if the
     * row of the journal has another owner, another epoch or another position than {@link Chunk#before}.
     *
     * @throws StoreException if nothing was changed, or if the outcome is unknown; the pool applies the same chunk
     *     again later
     */
    Applied apply(Chunk chunk) throws StoreException;

    /**
     * Reads counts and the positions of the given journals at one moment.
     *
     * @throws StoreException if the store does not respond
     */
    StoredCounts read(Collection<String> ids, Collection<String> journals) throws StoreException;

    /**
     * Prepares for a pool that also counts in buckets of time. Called before the first chunk with buckets.
     *
     * @throws IllegalArgumentException if the store has no such buckets, or if they have been filled with another zone
     * @throws StoreException if the store does not respond; it then checks the same before it writes
     */
    default void prepare(Buckets buckets) throws StoreException {
        throw new IllegalArgumentException(
                "buckets: %s cannot count in buckets".formatted(getClass().getName()));
    }

    /**
     * Reads counts in buckets and the positions of the given journals at one moment.
     *
     * @param buckets one or more, all of the same width
     * @throws StoreException if the store does not respond
     */
    default StoredSeries read(Collection<String> ids, List<Bucket> buckets, Collection<String> journals)
            throws StoreException {
        throw new StoreException("this store has no buckets");
    }

    /**
     * Reads the sums of the items with the most views in some hours, and the positions of the given journals, at one
     * moment.
     *
     * @param hours one or more
     * @param count how many items at least, if there are so many
     * @param pending views per item that the caller may add: these items are included if they could then be among those
     *     with the most views
     * @throws StoreException if the store does not respond
     */
    default StoredTop top(List<Bucket> hours, int count, Map<String, Long> pending, Collection<String> journals)
            throws StoreException {
        throw new StoreException("this store has no buckets");
    }

    /**
     * Deletes the counts of old buckets, the oldest first. The clock of the store determines their age, so that a node
     * with a wrong clock deletes nothing.
     *
     * @param days how many days are kept
     * @param limit how many rows at most
     * @return how many rows were deleted
     * @throws StoreException if the store does not respond
     */
    default int deleteOld(Buckets buckets, Bucket.Width width, int days, int limit) throws StoreException {
        return 0;
    }

    /**
     * Counts the buckets that {@link #deleteOld} has not deleted yet, from the oldest that has counts.
     *
     * @param days how many days are kept
     * @throws StoreException if the store does not respond
     */
    default long expiredBuckets(Buckets buckets, Bucket.Width width, int days) throws StoreException {
        return 0;
    }

    /**
     * Reads the row of a journal.
     *
     * @throws StoreException if the store does not respond
     */
    Optional<LedgerRow> row(String journal) throws StoreException;

    /**
     * Makes a process the owner of a journal, if the row is still as the process has seen it.
     *
     * @return the row afterwards, which has another owner if it had changed
     * @throws StoreException if the outcome is unknown; the pool reads the row before it tries again
     */
    LedgerRow claim(Claim claim) throws StoreException;

    /**
     * Renews the rows of an owner that are at the given positions, so that a process that starts on a copy of the
     * folder notices the owner.
     *
     * @return how many rows this owner still has at their positions
     * @throws StoreException if the store does not respond
     */
    int renew(String owner, Map<String, Position> expected) throws StoreException;

    /**
     * Gives up rows of an owner, in an orderly shutdown.
     *
     * @param finished whether no chunk of these journals will ever be applied again, so that the rows can be deleted
     * @throws StoreException if the store does not respond; the rows then stay, without other consequences
     */
    void release(String owner, Collection<String> journals, boolean finished) throws StoreException;

    /** Interrupts an {@link #apply} in progress, because the pool has to close in time. Does nothing by default. */
    default void abort() {}

    /**
     * A request for the ownership of a journal.
     *
     * @param seen the row as it was read, which the claim replaces; null if there was none
     * @param durable whether a folder has the journal, so that the row must never be deleted for its age
     * @param renewMillis how often the owner will renew the row
     */
    record Claim(String journal, String owner, @Nullable LedgerRow seen, boolean durable, int renewMillis) {}

    /** What {@link #apply} did. */
    enum Outcome {
        /** The counts are added. */
        APPLIED,
        /** The row of the journal is not as expected, and nothing was changed. */
        NOT_AS_EXPECTED
    }

    /**
     * The result of {@link #apply}.
     *
     * @param row the row of the journal if it was not as expected; null if it is missing or was as expected
     * @param statements the number of statements sent
     * @param unknownViews views of items that are not in the table, with {@code updateOnly}
     * @param setAsideRows rows that were set aside because the database rejected their data
     * @param setAsideViews views in those rows
     */
    record Applied(
            Outcome outcome,
            @Nullable LedgerRow row,
            int statements,
            long unknownViews,
            int setAsideRows,
            long setAsideViews) {

        /** The chunk is applied. */
        public static Applied applied(int statements, long unknownViews, int setAsideRows, long setAsideViews) {
            return new Applied(Outcome.APPLIED, null, statements, unknownViews, setAsideRows, setAsideViews);
        }

        /** The row is not as expected. */
        public static Applied notAsExpected(@Nullable LedgerRow row, int statements) {
            return new Applied(Outcome.NOT_AS_EXPECTED, row, statements, 0, 0, 0);
        }
    }
}
