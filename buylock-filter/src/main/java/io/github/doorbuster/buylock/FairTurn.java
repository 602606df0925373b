package io.github.doorbuster.buylock;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a node shares an item with the others: while another has it, it leaves a note that it waits and asks again every
 * {@code pollMillis}; after a turn of its own it stands back for longer than that, so that the other's question comes
 * first. Every method with the lock of the queue held.
 */
final class FairTurn {

    private static final long ANNOUNCE_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final Timing timing;
    private final long pollNanos;
    private @Nullable Future<?> timer;
    private boolean hasAnnounced;
    private long announcedAt;

    FairTurn(Node node) {
        this.timing = node.timing();
        this.pollNanos = TimeUnit.MILLISECONDS.toNanos(node.config().pollMillis());
    }

    void begins() {
        hasAnnounced = false;
    }

    /** Returns true if another node that has the item is to be told (again) that this one waits. */
    boolean announces(long now) {
        boolean due = !hasAnnounced || now - announcedAt >= ANNOUNCE_EVERY;
        if (due) {
            hasAnnounced = true;
            announcedAt = now;
        }
        return due;
    }

    void pollLater(Runnable then) {
        timer = timing.in(pollNanos, then);
    }

    void standBack(Runnable then) {
        timer = timing.in(pollNanos * 3 / 2, then);
    }

    void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
