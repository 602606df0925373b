package io.github.doorbuster.buylock;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps the leases; it is the only state that nodes share.
 *
 * <p>No method blocks or throws. Every stage completes within a bounded time, exceptionally if the store did not reply
 * clearly. Stages may complete on the store's own threads, which callers must not block. The store cleans up after
 * operations it has reported as failed: neither an {@link #acquire} that succeeded late nor a {@link #release} that was
 * lost keeps a key locked for longer than its lease.
 *
 * <p>Implementations must be safe for use by many threads, and pass {@code LockStoreContract} in the tests of this
 * module.
 */
public interface LockStore extends AutoCloseable {

    /**
     * Locks the key if it is free.
     *
     * @return true if the lease now holds the key, false if the key is locked already
     */
    CompletionStage<Boolean> acquire(Lease lease);

    /**
     * Restarts the duration of a lease, if it still holds its key.
     *
     * @return false if the key is free or another token holds it
     */
    CompletionStage<Boolean> renew(Lease lease);

    /**
     * Unlocks the key, if the lease still holds it.
     *
     * @return false if the key was free already or another token holds it
     */
    CompletionStage<Boolean> release(Lease lease);

    /**
     * Signals to the holder of the key that another node waits for it. The signal lasts for about three seconds.
     *
     * @return a stage that completes when the signal is set
     */
    CompletionStage<Void> signalWaiter(String key);

    /**
     * Checks whether a node has signalled in the last three seconds that it waits for the key.
     *
     * @return true if there is a signal
     */
    CompletionStage<Boolean> hasWaiters(String key);

    /**
     * Sets a mark on a key, which every node can read, or replaces it. Marks are independent of leases. A store that
     * does not implement marks is fit for a single node.
     *
     * @param mark 1 to 64 printable ASCII characters without a space
     * @param duration how long the mark lasts, in whole seconds; it may end up to one second earlier
     * @return a stage that completes when the mark is set
     */
    default CompletionStage<Void> mark(String key, String mark, Duration duration) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Reads the marks of keys. Calls for the same key are carried out in order, together with {@link #acquire}.
     *
     * @return the marks by key, without the keys that have none
     */
    default CompletionStage<Map<String, String>> marks(Collection<String> keys) {
        return CompletableFuture.completedFuture(Map.of());
    }

    /**
     * {@return a number that changes within half a second after any node has set a mark; 0 if there are no marks. Does
     * not call the store}
     */
    default long markGeneration() {
        return 0;
    }

    /** {@return the current state and counters, as an immutable snapshot} */
    StoreStatus status();

    /** Frees connections and threads. Leases that are still held expire by themselves. */
    @Override
    void close();
}
