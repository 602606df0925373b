package io.github.doorbuster.buylock;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts purchases, and measures how long they wait and hold their item. */
final class LockMetrics {

    private final LongAdder granted = new LongAdder();
    private final LongAdder handedOver = new LongAdder();
    private final LongAdder waited = new LongAdder();
    private final LongAdder withoutLease = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final LongAdder soldOut = new LongAdder();
    private final LongAdder leaseLost = new LongAdder();
    private final LongAdder heldTooLong = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder returned = new LongAdder();
    private final LongAdder placesForgotten = new LongAdder();
    private final Map<RejectedException.Reason, LongAdder> rejected = new EnumMap<>(RejectedException.Reason.class);
    private final AtomicInteger waiting = new AtomicInteger();
    private final RotatingHistogram waitTimes;
    private final RotatingHistogram dispatchTimes;
    private final RotatingHistogram holdTimes;

    LockMetrics(long now) {
        for (RejectedException.Reason reason : RejectedException.Reason.values()) {
            rejected.put(reason, reason == RejectedException.Reason.SOLD_OUT ? soldOut : new LongAdder());
        }
        waitTimes = new RotatingHistogram(now);
        dispatchTimes = new RotatingHistogram(now);
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

    int waiting() {
        return waiting.get();
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

    /** A purchase began so long after it was granted. */
    void begun(long now, long nanosAfterGrant) {
        dispatchTimes.record(now, nanosAfterGrant);
    }

    void handedOver() {
        handedOver.increment();
    }

    void ended(Grant.Outcome outcome, long now, long grantedAt) {
        if (outcome == Grant.Outcome.CANCELLED) {
            return;
        }
        ended.increment();
        holdTimes.record(now, now - grantedAt);
        if (outcome == Grant.Outcome.ABANDONED) {
            abandoned.increment();
        }
    }

    void cancelled() {
        cancelled.increment();
    }

    void rejected(RejectedException.Reason reason) {
        rejected.get(reason).increment();
    }

    void heldTooLong() {
        heldTooLong.increment();
    }

    void returned() {
        returned.increment();
    }

    void placeForgotten() {
        placesForgotten.increment();
    }

    void leaseLost() {
        leaseLost.increment();
    }

    BuyLockSnapshot snapshot(
            long now,
            int items,
            int closedItems,
            List<BuyLockSnapshot.HotItem> hotItems,
            BuyLockSnapshot.StandbyNumbers standby,
            StoreStatus store) {
        // Read in this order, a purchase that is decided meanwhile is counted once at most.
        long endedGrants = ended.sum();
        long grants = granted.sum();
        long cancellations = cancelled.sum();
        Map<RejectedException.Reason, Long> reasons = new EnumMap<>(RejectedException.Reason.class);
        rejected.forEach((reason, count) -> reasons.put(reason, count.sum()));
        long soldOuts = Objects.requireNonNull(reasons.remove(RejectedException.Reason.SOLD_OUT));
        long rejections = reasons.values().stream().mapToLong(Long::longValue).sum();
        return new BuyLockSnapshot(
                grants + rejections + soldOuts + cancellations,
                grants,
                handedOver.sum(),
                waited.sum(),
                withoutLease.sum(),
                abandoned.sum(),
                cancellations,
                Collections.unmodifiableMap(reasons),
                soldOuts,
                leaseLost.sum(),
                heldTooLong.sum(),
                returned.sum(),
                placesForgotten.sum(),
                waiting.get(),
                (int) Math.max(0, grants - endedGrants),
                items,
                closedItems,
                grants == 0 ? null : (double) store.operations() / grants,
                store,
                waitTimes.summary(now),
                dispatchTimes.summary(now),
                holdTimes.summary(now),
                standby,
                hotItems);
    }
}
