package io.github.doorbuster.buylock;

import java.util.Map;

/**
 * How a {@link LockStore} fares.
 *
 * @param state UP if every server answers, PARTIAL if some do, DOWN if none does
 * @param servers the state of each server by its address; empty for a store without servers
 * @param operations operations sent since the start
 * @param failures operations that got no clear answer
 * @param lateReleases leases that were found and freed after their operation had been given up
 * @param leftToRunOut leases that may have stayed behind, too many to be looked after
 */
public record StoreStatus(
        State state, Map<String, State> servers, long operations, long failures, long lateReleases, long leftToRunOut) {

    /** Whether servers answer. */
    public enum State {
        /** Every server answers. */
        UP,
        /** Some servers answer. */
        PARTIAL,
        /** No server answers. */
        DOWN
    }
}
