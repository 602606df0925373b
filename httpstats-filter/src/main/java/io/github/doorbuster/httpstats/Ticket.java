package io.github.doorbuster.httpstats;

/**
 * What {@link HttpStats#begin} returns: the stripe of the request in the lowest bits, then whether it is timed, then
 * the time of its start. The bits that do not fit are only needed for times above a year.
 */
final class Ticket {

    private static final int STRIPE_MASK = Stripes.MAX_STRIPES - 1;
    private static final int TIMED = Stripes.MAX_STRIPES;
    private static final int TIME_SHIFT = 7;

    private Ticket() {}

    /** {@return the ticket of a timed request} Without a time, the number of the stripe is the ticket. */
    static long timed(int stripe, long nanoTime) {
        return nanoTime << TIME_SHIFT | TIMED | stripe;
    }

    static boolean isTimed(long ticket) {
        return (ticket & TIMED) != 0;
    }

    static int stripe(long ticket) {
        return (int) ticket & STRIPE_MASK;
    }

    /** {@return the time from the start of a timed request to a moment of the clock} */
    static long elapsedNanos(long ticket, long nanoTime) {
        return ((nanoTime << TIME_SHIFT) - (ticket & (-1L << TIME_SHIFT))) >> TIME_SHIFT;
    }

    /** {@return a ticket as if its request had begun earlier} */
    static long earlier(long ticket, long nanos) {
        return ticket - (nanos << TIME_SHIFT);
    }
}
