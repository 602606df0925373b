package io.github.doorbuster.buylock;

import org.jspecify.annotations.Nullable;

/**
 * What a node knows about the sale of one item. Times are those of the lock's clock.
 *
 * @param closedUntil until when this node has closed the item; null if it has not
 * @param markedUntil until when another node's mark closes the item; null if there is none
 * @param openedAt when this node opened the item, or learned that it was opened; null if it was not
 * @param generation how often the item was opened, as far as this node knows
 */
record ItemSale(
        @Nullable Long closedUntil,
        @Nullable Long markedUntil,
        @Nullable Long openedAt,
        long generation) {

    static final ItemSale UNKNOWN = new ItemSale(null, null, null, 0);

    boolean isClosed(long now) {
        return isAhead(closedUntil, now) || isAhead(markedUntil, now);
    }

    /** {@return true if what began at {@code since} began before the item was opened} */
    boolean wasOpenedAfter(long since) {
        return isAhead(openedAt, since);
    }

    ItemSale closedUntil(long until) {
        return new ItemSale(isAhead(closedUntil, until) ? closedUntil : until, markedUntil, openedAt, generation);
    }

    /** {@return this, changed by a mark of another node; a mark older than the last opening changes nothing} */
    ItemSale learned(SaleMark mark, long now, long validNanos) {
        if (mark.closed() && mark.generation() >= generation) {
            return new ItemSale(closedUntil, now + validNanos, openedAt, mark.generation());
        }
        return !mark.closed() && mark.generation() > generation ? opened(now, mark.generation()) : this;
    }

    ItemSale withoutMark() {
        return new ItemSale(closedUntil, null, openedAt, generation);
    }

    ItemSale opened(long now, long newGeneration) {
        return new ItemSale(null, null, now, newGeneration);
    }

    /** {@return true if there is nothing left to remember} */
    boolean isOver(long now, long rememberNanos) {
        return !isClosed(now) && (openedAt == null || now - openedAt >= rememberNanos);
    }

    private static boolean isAhead(@Nullable Long time, long now) {
        return time != null && time - now > 0;
    }
}
