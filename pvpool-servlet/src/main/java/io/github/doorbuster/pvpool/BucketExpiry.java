package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Bucket.Width;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Deletes the counts of old buckets between two flushes, in small batches. It uses a tenth of the time, so that it
 * keeps up however long the interval is, and no flush waits long. Used by one thread.
 */
final class BucketExpiry {

    static final int ROWS = 1000;

    private static final Logger LOG = System.getLogger(PvPool.class.getName());
    private static final long PAUSE_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int PART = 10;
    private static final int MAX_MILLIS = 1000;

    private final PvStore store;
    private final Buckets buckets;
    private final BucketDays kept;
    private final long budgetNanos;
    private final LongSupplier nanoClock;

    /** When the last old row of a width was deleted. */
    private final Map<Width, Long> finishedAt = new EnumMap<>(Width.class);

    private volatile long expired;
    private volatile boolean stopped;

    BucketExpiry(PvStore store, Buckets buckets, BucketDays kept, int flushMillis, LongSupplier nanoClock) {
        this.store = store;
        this.buckets = buckets;
        this.kept = kept;
        this.budgetNanos = TimeUnit.MILLISECONDS.toNanos(Math.min(flushMillis / PART, MAX_MILLIS));
        this.nanoClock = nanoClock;
    }

    /** How many buckets were left at the last time that are too old, counted from the oldest. */
    long expired() {
        return expired;
    }

    /** Ends a deletion after its batch. Another thread calls this when the pool closes, whose time is for the views. */
    void stop() {
        stopped = true;
    }

    /** Deletes batches until nothing is left, the time is over, or the pool closes. */
    void deleteSome() {
        Set<Width> due = due();
        if (due.isEmpty() || stopped) {
            return;
        }
        tryToDelete(due);
        if (!stopped) {
            count(due);
        }
    }

    private void tryToDelete(Set<Width> due) {
        long start = nanoClock.getAsLong();
        try {
            do {
                for (Width width : Set.copyOf(due)) {
                    if (store.deleteOld(buckets, width, kept.of(width), ROWS) < ROWS) {
                        finishedAt.put(width, nanoClock.getAsLong());
                        due.remove(width);
                    }
                }
            } while (!due.isEmpty() && !stopped && nanoClock.getAsLong() - start < budgetNanos);
        } catch (StoreException | RuntimeException e) {
            LOG.log(Level.DEBUG, "cannot delete old buckets; retrying at the next interval", e);
        }
    }

    /** Also after a failure: a database that is too slow to delete is the reason to count. */
    private void count(Set<Width> due) {
        try {
            long left = 0;
            for (Width width : due) {
                left += store.expiredBuckets(buckets, width, kept.of(width));
            }
            expired = left;
        } catch (StoreException | RuntimeException e) {
            LOG.log(Level.DEBUG, "cannot count old buckets; retrying at the next interval", e);
        }
    }

    private Set<Width> due() {
        Set<Width> due = EnumSet.noneOf(Width.class);
        for (Width width : buckets.widths()) {
            Long finished = finishedAt.get(width);
            if (finished == null || nanoClock.getAsLong() - finished >= PAUSE_NANOS) {
                due.add(width);
            }
        }
        return due;
    }
}
