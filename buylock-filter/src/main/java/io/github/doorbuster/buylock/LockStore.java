package io.github.doorbuster.buylock;

import java.util.concurrent.CompletionStage;

/**
 * Where leases are kept: the one thing nodes share.
 *
 * <p>No method blocks and none throws; every stage is completed within a bounded time, exceptionally if the store did
 * not answer clearly. Stages may be completed on the store's own threads, which the caller must not block. What an
 * operation that was reported as failed leaves behind, the store cleans up itself: neither an {@link #acquire} that
 * succeeded late nor a {@link #release} that got lost keeps a key longer than its lease.
 *
 * <p>Implementations are safe for use by many threads, and pass the contract tests of this module.
 */
public interface LockStore extends AutoCloseable {

    /**
     * Takes the key if nobody has it.
     *
     * @param lease key, token and time
     * @return true if the key is now this lease's, false if another token has it
     */
    CompletionStage<Boolean> acquire(Lease lease);

    /**
     * Starts the lease's time anew, if the key is still its own.
     *
     * @param lease key, token and time
     * @return false if the key is free or another token has it
     */
    CompletionStage<Boolean> renew(Lease lease);

    /**
     * Frees the key, if it is still the lease's own.
     *
     * @param lease key, token and time
     * @return false if the key was free already or another token has it
     */
    CompletionStage<Boolean> release(Lease lease);

    /**
     * Leaves a note for about three seconds that somebody waits for the key.
     *
     * @param key the key waited for
     * @return completed when the note is left
     */
    CompletionStage<Void> announce(String key);

    /**
     * Asks whether somebody, anywhere, has lately announced that they wait for the key.
     *
     * @param key the key held
     * @return true if there is a note
     */
    CompletionStage<Boolean> announced(String key);

    /**
     * Returns how the store fares.
     *
     * @return an immutable picture of now
     */
    StoreStatus status();

    /** Ends what the store has started; leases left behind run out by themselves. */
    @Override
    void close();
}
