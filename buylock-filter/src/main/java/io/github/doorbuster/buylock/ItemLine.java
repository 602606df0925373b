package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The length of the queue of one item on this node, and how fast it moves. The time of a purchase is measured between
 * the ends of two purchases while others wait, so it includes the turns of other nodes. Safe for use by many threads.
 */
final class ItemLine {

    /** The time constant of the average: purchases that ended this long ago have a weight of 1/e. */
    private static final double SMOOTHING_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** The time of a purchase is known after this many purchases. */
    private static final int MIN_PURCHASES = 5;

    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder granted = new LongAdder();
    private volatile long usedAt;
    private volatile double purchaseNanos = Double.NaN;

    @GuardedBy("this")
    private long lastEnd;

    @GuardedBy("this")
    private boolean measuring;

    @GuardedBy("this")
    private int measured;

    @GuardedBy("this")
    private double smoothedNanos;

    @GuardedBy("this")
    private double smoothedPurchases;

    ItemLine(long now) {
        usedAt = now;
    }

    void joined(long now) {
        usedAt = now;
        waiting.incrementAndGet();
    }

    /** A purchase has left the queue. If the queue is then empty, the time until the next end is not measured. */
    void left(boolean granted) {
        if (waiting.decrementAndGet() <= 0 && !granted) {
            synchronized (this) {
                measuring = false;
            }
        }
    }

    /** A purchase has ended. */
    void ended(long now) {
        granted.increment();
        usedAt = now;
        boolean othersWait = waiting.get() > 0;
        synchronized (this) {
            if (measuring) {
                double nanos = now - lastEnd;
                double weight = Math.exp(-nanos / SMOOTHING_NANOS);
                smoothedNanos = smoothedNanos * weight + nanos;
                smoothedPurchases = smoothedPurchases * weight + 1;
                measured = Math.min(MIN_PURCHASES, measured + 1);
                if (measured == MIN_PURCHASES) {
                    purchaseNanos = smoothedNanos / smoothedPurchases;
                }
            }
            lastEnd = now;
            measuring = othersWait;
        }
    }

    int waiting() {
        return Math.max(0, waiting.get());
    }

    long granted() {
        return granted.sum();
    }

    /** {@return how long a purchase that joins now would wait, in nanoseconds; NaN while it is not known} */
    double estimatedNanos() {
        return (waiting() + 1) * purchaseNanos;
    }

    boolean isUnused(long now, long nanos) {
        return waiting.get() <= 0 && now - usedAt >= nanos;
    }
}
