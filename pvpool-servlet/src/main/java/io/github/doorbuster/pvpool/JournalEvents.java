package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.util.concurrent.TimeUnit;

/** Forwards the events of the journal to the pool. */
final class JournalEvents implements ViewJournal.Listener {

    private final PendingViews pending;
    private final IdempotencyKeys keys;
    private final int idempotencySeconds;
    private final Buckets buckets;

    /** That of the last view. Views come in the order of time, so it seldom changes. */
    private volatile Buckets.Span last;

    JournalEvents(PendingViews pending, IdempotencyKeys keys, int idempotencySeconds, Buckets buckets) {
        this.pending = pending;
        this.keys = keys;
        this.idempotencySeconds = idempotencySeconds;
        this.buckets = buckets;
        this.last = buckets.spanAt(0);
    }

    @Override
    public void nextSegment(Segment next) {
        pending.nextSegment(next);
    }

    @Override
    public void segmentSealed(Segment segment) {
        pending.seal(segment);
    }

    @Override
    public long idempotencyMillis() {
        return TimeUnit.SECONDS.toMillis(idempotencySeconds);
    }

    @Override
    public boolean hasBuckets() {
        return !buckets.isNone();
    }

    @Override
    public boolean isSameBucket(long oneMillis, long otherMillis) {
        return buckets.isNone() || bucketStart(oneMillis) == bucketStart(otherMillis);
    }

    private long bucketStart(long millis) {
        Buckets.Span known = last;
        if (!known.contains(millis)) {
            known = buckets.spanAt(millis);
            last = known;
        }
        return known.bucketStart();
    }

    @Override
    public void keyRecovered(Views views, long acceptedAtMillis) {
        keys.recover(views, acceptedAtMillis);
    }
}
