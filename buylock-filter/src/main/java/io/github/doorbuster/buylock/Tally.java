package io.github.doorbuster.buylock;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens to purchases. */
final class Tally {

    private final LongAdder granted = new LongAdder();
    private final LongAdder handedOver = new LongAdder();
    private final LongAdder waited = new LongAdder();
    private final LongAdder withoutLease = new LongAdder();
    private final LongAdder unclaimed = new LongAdder();
    private final LongAdder leaseLost = new LongAdder();
    private final LongAdder released = new LongAdder();
    private final Map<Rejection, LongAdder> rejected = new EnumMap<>(Rejection.class);
    private final AtomicInteger waiting = new AtomicInteger();
    private final RecentTimes waitTimes;
    private final RecentTimes holdTimes;

    Tally(long now) {
        for (Rejection reason : Rejection.values()) {
            rejected.put(reason, new LongAdder());
        }
        waitTimes = new RecentTimes(now);
        holdTimes = new RecentTimes(now);
    }

    /** Counts one more in line, unless there are that many already. */
    boolean enters(int atMost) {
        if (waiting.incrementAndGet() <= atMost) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    void leaves() {
        waiting.decrementAndGet();
    }

    void granted(Grant.Scope scope, long now, long waitedSince, boolean inLine) {
        granted.increment();
        if (scope != Grant.Scope.CLUSTER) {
            withoutLease.increment();
        }
        if (inLine) {
            waited.increment();
        }
        waitTimes.record(now, now - waitedSince);
    }

    void handedOver() {
        handedOver.increment();
    }

    void released(long now, long heldSince) {
        released.increment();
        holdTimes.record(now, now - heldSince);
    }

    void unclaimed() {
        unclaimed.increment();
    }

    void rejected(Rejection reason) {
        rejected.get(reason).increment();
    }

    void leaseLost() {
        leaseLost.increment();
    }

    BuyLockSnapshot snapshot(long now, int items, StoreStatus store) {
        long ended = released.sum();
        long grants = granted.sum();
        Map<Rejection, Long> reasons = new EnumMap<>(Rejection.class);
        rejected.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return new BuyLockSnapshot(
                grants,
                handedOver.sum(),
                waited.sum(),
                withoutLease.sum(),
                unclaimed.sum(),
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
