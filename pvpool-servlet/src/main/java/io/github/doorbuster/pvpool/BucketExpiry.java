package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Bucket.Width;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Deletes the counts of old buckets, a small batch between two flushes. Used by one thread. */
final class BucketExpiry {

    static final int ROWS = 1000;

    private static final Logger LOG = System.getLogger(PvPool.class.getName());
    private static final long PAUSE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final PvStore store;
    private final Buckets buckets;
    private final BucketDays kept;
    private final LongSupplier nanoClock;

    /** When the last old row of a width was deleted. */
    private final Map<Width, Long> finishedAt = new EnumMap<>(Width.class);

    BucketExpiry(PvStore store, Buckets buckets, BucketDays kept, LongSupplier nanoClock) {
        this.store = store;
        this.buckets = buckets;
        this.kept = kept;
        this.nanoClock = nanoClock;
    }

    void deleteSome() {
        try {
            for (Width width : buckets.widths()) {
                deleteSome(width);
            }
        } catch (StoreException | RuntimeException e) {
            LOG.log(Level.DEBUG, "cannot delete old buckets; retrying at the next interval", e);
        }
    }

    private void deleteSome(Width width) throws StoreException {
        Long finished = finishedAt.get(width);
        if (finished != null && nanoClock.getAsLong() - finished < PAUSE_NANOS) {
            return;
        }
        if (store.deleteOld(buckets, width, kept.of(width), ROWS) < ROWS) {
            finishedAt.put(width, nanoClock.getAsLong());
        }
    }
}
