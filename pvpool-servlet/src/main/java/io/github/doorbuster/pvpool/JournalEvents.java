package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.util.concurrent.TimeUnit;

/** Forwards the events of the journal to the pool. */
record JournalEvents(PendingViews pending, IdempotencyKeys keys, int idempotencySeconds)
        implements ViewJournal.Listener {

    @Override
    public void nextSegment(Segment next) {
        pending.nextSegment(next, next.createdAtMillis() != 0);
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
    public void keyRecovered(Views views, long acceptedAtMillis) {
        keys.recover(views, acceptedAtMillis);
    }
}
