package io.github.doorbuster.buylock;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts purchases, and measures how long they wait and hold their item. */
final class LockMetrics {

    private final LongAdder granted = new LongAdder();
    private final LongAdder handedOver = new LongAdder();
    private final LongAdder waited = new LongAdder();
    private final LongAdder withoutLease = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final LongAdder leaseLost = new LongAdder();
    private final LongAdder released = new LongAdder();
    private final Map<RejectedException.Reason, LongAdder> rejected = new EnumMap<>(RejectedException.Reason.class);
    private final AtomicInteger waiting = new AtomicInteger();
    private final RotatingHistogram waitTimes;
    private final RotatingHistogram holdTimes;

    LockMetrics(long now) {
        for (RejectedException.Reason reason : RejectedException.Reason.values()) {
            rejected.put(reason, new LongAdder());
        }
        waitTimes = new RotatingHistogram(now);
        holdTimes = new RotatingHistogram(now);
    }

    /** Counts one more waiter, or returns false if there are {@code max} already. */
    boolean tryAddWaiter(int max) {
        if (waiting.incrementAndGet() <= max) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    void removeWaiter() {
        waiting.decrementAndGet();
    }

    void granted(Grant.Scope scope, long now, long arrivedAt, boolean wasQueued) {
        granted.increment();
        if (scope != Grant.Scope.CLUSTER) {
            withoutLease.increment();
        }
        if (wasQueued) {
            waited.increment();
        }
        waitTimes.record(now, now - arrivedAt);
    }

    void handedOver() {
        handedOver.increment();
    }

    void released(long now, long grantedAt) {
        released.increment();
        holdTimes.record(now, now - grantedAt);
    }

    void abandoned() {
        abandoned.increment();
    }

    void rejected(RejectedException.Reason reason) {
        rejected.get(reason).increment();
    }

    void leaseLost() {
        leaseLost.increment();
    }

    BuyLockSnapshot snapshot(long now, int items, StoreStatus store) {
        long ended = released.sum();
        long grants = granted.sum();
        Map<RejectedException.Reason, Long> reasons = new EnumMap<>(RejectedException.Reason.class);
        rejected.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return new BuyLockSnapshot(
                grants,
                handedOver.sum(),
                waited.sum(),
                withoutLease.sum(),
                abandoned.sum(),
                Collections.unmodifiableMap(reasons),
                leaseLost.sum(),
                waiting.get(),
                (int) Math.max(0, grants - ended),
                items,
                grants == 0 ? null : (double) store.operations() / grants,
                store,
                waitTimes.summary(now),
                holdTimes.summary(now));
    }
}
