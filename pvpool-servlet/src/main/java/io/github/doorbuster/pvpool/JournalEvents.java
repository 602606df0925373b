package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.util.concurrent.TimeUnit;

/** Forwards the events of the journal to the pool. */
final class JournalEvents implements ViewJournal.Listener {

    /** No bucket begins or ends within a quarter of an hour, because the offsets of time zones are multiples of it. */
    private static final long QUARTER_MILLIS = TimeUnit.MINUTES.toMillis(15);

    private final PendingViews pending;
    private final IdempotencyKeys keys;
    private final int idempotencySeconds;
    private final Buckets buckets;
    private volatile Quarter last;

    JournalEvents(PendingViews pending, IdempotencyKeys keys, int idempotencySeconds, Buckets buckets) {
        this.pending = pending;
        this.keys = keys;
        this.idempotencySeconds = idempotencySeconds;
        this.buckets = buckets;
        this.last = new Quarter(0, buckets.startOf(0));
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
    public boolean isSameBucket(long oneMillis, long otherMillis) {
        return buckets.isNone() || bucketStart(oneMillis) == bucketStart(otherMillis);
    }

    private long bucketStart(long millis) {
        long number = Math.floorDiv(millis, QUARTER_MILLIS);
        Quarter known = last;
        if (known.number != number) {
            known = new Quarter(number, buckets.startOf(millis));
            last = known;
        }
        return known.bucketStart;
    }

    @Override
    public void keyRecovered(Views views, long acceptedAtMillis) {
        keys.recover(views, acceptedAtMillis);
    }

    private record Quarter(long number, long bucketStart) {}
}
