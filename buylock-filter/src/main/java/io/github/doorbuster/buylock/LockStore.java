package io.github.doorbuster.buylock;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the leases, and the numbered lines in which nodes wait for them; it is the only state that nodes share.
 *
 * <p>No method blocks or throws. Every stage completes within a bounded time, exceptionally if the store did not reply
 * clearly. Stages may complete on the store's own threads, which callers must not block. The store cleans up after
 * operations that it has reported as failed: an {@link #acquire} that succeeded late, or a {@link #release} that was
 * lost, does not keep a key locked for longer than its lease.
 *
 * <p>Implementations must be safe for use by many threads, and pass {@code LockStoreContract} in the tests of this
 * module.
 */
public interface LockStore extends AutoCloseable {

    /**
     * The state of a key at one moment.
     *
     * @param token the token of the lease that holds the key, or null if the key is free
     * @param note the note of that lease; empty if there is none
     * @param lastTicket the last ticket that was taken in the line that was asked for; 0 if there is none
     * @param mark the mark of the key, or null if there is none
     * @param version identifies this state for the store, or null
     */
    record KeyState(
            @Nullable String token,
            String note,
            long lastTicket,
            @Nullable String mark,
            @Nullable Object version) {

        /** Creates a state without a mark and a version. */
        public KeyState(@Nullable String token, String note, long lastTicket) {
            this(token, note, lastTicket, null, null);
        }

        /** {@return true if the lease with this token holds the key} */
        boolean isHeldBy(String other) {
            return other.equals(token);
        }
    }

    /**
     * Locks the key if it is free.
     *
     * @return true if the lease now holds the key, false if the key is locked already
     */
    CompletionStage<Boolean> acquire(Lease lease);

    /**
     * Replaces a lease by another one on the same key, whose duration starts now: renews it, or hands the key over.
     * Compares tokens, not notes.
     *
     * @return false if the key is free or another token holds it
     */
    CompletionStage<Boolean> replace(Lease held, Lease next);

    /**
     * Replaces the lease of another owner if both its token and its note are still as they were seen.
     *
     * @return false if anything has changed
     */
    CompletionStage<Boolean> takeOver(KeyState seen, Lease next);

    /**
     * Unlocks the key, if the lease still holds it. Compares tokens, not notes.
     *
     * @return false if the key was free already or another token holds it
     */
    CompletionStage<Boolean> release(Lease lease);

    /**
     * Reads who holds a key, its mark, and the last ticket of a line, at one moment.
     *
     * @param line the line, or null if {@link KeyState#lastTicket} does not matter
     */
    CompletionStage<KeyState> read(String key, @Nullable String line);

    /**
     * Takes the next ticket of a line for a key. A line that is not used for about an hour is forgotten.
     *
     * @param line 1 to 64 printable ASCII characters without a space
     * @param first the ticket to start with if the line is new or was forgotten. Callers choose it at random, so that a
     *     line that was forgotten does not return the same tickets again
     * @return {@code first}, or the last ticket plus 1
     */
    CompletionStage<Long> takeTicket(String key, String line, long first);

    /**
     * Sets a mark on a key, which every node can read, or replaces it. Marks are independent of leases. A store that
     * does not implement marks is suitable for a single node.
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
     * {@return a number that changes within half a second after any node has set a mark; 0 if there are no marks} Does
     * not call the store.
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
