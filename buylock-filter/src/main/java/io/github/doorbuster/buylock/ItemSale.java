package io.github.doorbuster.buylock;

import org.jspecify.annotations.Nullable;

/**
 * What a node knows about the sale of one item. Times are those of the lock's clock.
 *
 * @param closedUntil until when this node has closed or paused the item; null if it has not
 * @param markedUntil until when another node's mark closes the item; null if there is none
 * @param openedAt when this node opened the item, or learned that it was opened; null if it was not
 * @param paused whether the item is not closed, but paused
 * @param generation how often the item was opened, as far as this node knows
 */
record ItemSale(
        @Nullable Long closedUntil,
        @Nullable Long markedUntil,
        @Nullable Long openedAt,
        boolean paused,
        long generation) {

    static final ItemSale UNKNOWN = new ItemSale(null, null, null, false, 0);

    boolean isClosed(long now) {
        return isAhead(closedUntil, now) || isAhead(markedUntil, now);
    }

    /** {@return true if what began at {@code since} began before the item was opened} */
    boolean wasOpenedAfter(long since) {
        return isAhead(openedAt, since);
    }

    /** {@return why nobody is let through, or null} */
    RejectedException.@Nullable Reason reason(long now) {
        if (!isClosed(now)) {
            return null;
        }
        return paused ? RejectedException.Reason.PAUSED : RejectedException.Reason.SOLD_OUT;
    }

    /** {@return this, closed for longer; a pause that lasts longer stays a pause} */
    ItemSale closedUntil(long until) {
        boolean lastsLonger = isAhead(closedUntil, until);
        return new ItemSale(
                lastsLonger ? closedUntil : until, markedUntil, openedAt, paused && lastsLonger, generation);
    }

    /** {@return this, closed by the application: a pause ends} */
    ItemSale closed(long until) {
        return paused ? new ItemSale(until, null, openedAt, false, generation) : closedUntil(until);
    }

    ItemSale pausedUntil(long until) {
        return new ItemSale(until, null, openedAt, true, generation);
    }

    /** {@return this, changed by a mark of another node; a mark older than the last opening changes nothing} */
    ItemSale learned(SaleMark mark, long now, long validNanos) {
        if (mark.closed() && mark.generation() >= generation) {
            return new ItemSale(closedUntil, now + validNanos, openedAt, mark.paused(), mark.generation());
        }
        return !mark.closed() && mark.generation() > generation ? opened(now, mark.generation()) : this;
    }

    ItemSale withoutMark() {
        return new ItemSale(closedUntil, null, openedAt, paused, generation);
    }

    ItemSale opened(long now, long newGeneration) {
        return new ItemSale(null, null, now, false, newGeneration);
    }

    /** {@return true if there is nothing left to remember} */
    boolean isOver(long now, long rememberNanos) {
        return !isClosed(now) && (openedAt == null || now - openedAt >= rememberNanos);
    }

    private static boolean isAhead(@Nullable Long time, long now) {
        return time != null && time - now > 0;
    }
}
