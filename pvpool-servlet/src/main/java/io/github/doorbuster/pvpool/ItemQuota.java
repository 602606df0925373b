package io.github.doorbuster.pvpool;

import java.util.concurrent.atomic.AtomicLong;

/** Limits the number of pending items. Safe for use by any number of threads. */
final class ItemQuota {

    private final long max;
    private final AtomicLong items = new AtomicLong();

    ItemQuota(long max) {
        this.max = max;
    }

    boolean tryReserve(int size) {
        if (items.addAndGet(size) > max) {
            items.addAndGet(-size);
            return false;
        }
        return true;
    }

    void add(long change) {
        items.addAndGet(change);
    }

    long items() {
        return items.get();
    }

    long max() {
        return max;
    }

    boolean isExceeded() {
        return items.get() >= max;
    }
}
