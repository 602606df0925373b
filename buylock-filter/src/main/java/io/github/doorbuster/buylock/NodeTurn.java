package io.github.doorbuster.buylock;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shares an item with the other nodes. While another node holds it, this one signals that it waits, and tries again
 * every {@code pollMillis}. After a turn of its own it backs off for longer than that, so that another node acquires
 * the item first. Call every method with the lock of the queue held.
 */
final class NodeTurn {

    private static final long SIGNAL_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Scheduler scheduler;
    private final long pollNanos;
    private @Nullable Future<?> timer;
    private boolean hasSignalled;
    private long signalledAt;

    NodeTurn(QueueContext context) {
        this.scheduler = context.scheduler();
        this.pollNanos = TimeUnit.MILLISECONDS.toNanos(context.config().pollMillis());
    }

    void begin() {
        hasSignalled = false;
    }

    /** {@return true if it is time to signal, for the first time or again, that this node waits} */
    boolean startSignal(long now) {
        boolean due = !hasSignalled || now - signalledAt >= SIGNAL_INTERVAL_NANOS;
        if (due) {
            hasSignalled = true;
            signalledAt = now;
        }
        return due;
    }

    void schedulePoll(Runnable retry) {
        timer = scheduler.schedule(pollNanos, retry);
    }

    void backOff(Runnable retry) {
        timer = scheduler.schedule(pollNanos * 3 / 2, retry);
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
