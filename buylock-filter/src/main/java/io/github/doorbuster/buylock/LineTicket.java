package io.github.doorbuster.buylock;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The numbers of the tickets in a line; 0 stands for no ticket.
 *
 * <p>The store may lose the counter of a line. The high bits of a ticket are its epoch, which is chosen at random
 * whenever the counter is created, and the low bits count from 1. So a counter that was lost does not return the same
 * tickets again, and an offer to a ticket always names one node.
 */
final class LineTicket {

    private static final int COUNT_BITS = 22;
    /** With them, tickets have at most 18 digits. */
    private static final int EPOCH_BITS = 37;

    private LineTicket() {}

    /** {@return the first ticket of a line whose counter the store does not have} */
    static long firstOfNewEpoch() {
        return (ThreadLocalRandom.current().nextLong(1, 1L << EPOCH_BITS) << COUNT_BITS) | 1;
    }

    /** {@return what the tickets of one counter have in common; 0 for no ticket} */
    static long epoch(long ticket) {
        return ticket >>> COUNT_BITS;
    }

    static boolean isSameEpoch(long one, long other) {
        return epoch(one) == epoch(other);
    }

    /** {@return the ticket whose turn follows that of another one, if {@code newest} was taken last, or none} */
    static long following(long served, long newest) {
        return newest == 0 || isSameEpoch(served, newest) ? served + 1 : (epoch(newest) << COUNT_BITS) | 1;
    }

    /** {@return how many turns after that of another ticket the turn of this one is} */
    static long turnsAfter(long served, long ticket) {
        return isSameEpoch(served, ticket) ? ticket - served : ticket & ((1L << COUNT_BITS) - 1);
    }
}
