package io.github.doorbuster.buylock;

import java.util.Map;

/**
 * The state and the counters of a {@link LockStore}. Counts start at zero when the store is created.
 *
 * @param state {@code UP} if every server replies, {@code PARTIAL} if some do, {@code DOWN} if none does
 * @param servers the state of each server by its address; empty if the store has no servers
 * @param operations operations sent
 * @param failures operations without a clear reply
 * @param orphansReleased leases that a failed operation had left behind, and that were released later
 * @param orphansDropped leases that a failed operation may have left behind, and that are left to expire because too
 *     many are tracked already
 */
public record StoreStatus(
        State state,
        Map<String, State> servers,
        long operations,
        long failures,
        long orphansReleased,
        long orphansDropped) {

    /** Whether servers reply. */
    public enum State {
        /** Every server replies. */
        UP,
        /** Some servers reply. */
        PARTIAL,
        /** No server replies. */
        DOWN
    }
}
