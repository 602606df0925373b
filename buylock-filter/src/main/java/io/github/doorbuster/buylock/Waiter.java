package io.github.doorbuster.buylock;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A purchase that waits for its item. It is decided once: granted, rejected, or cancelled. */
final class Waiter implements PendingGrant {

    private enum State {
        WAITING,
        GRANTED,
        REJECTED,
        CANCELLED
    }

    private final ItemQueue queue;
    private final GrantListener listener;
    private final long arrivedAt;
    private final long deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final ItemLines lines;
    private final AtomicReference<@Nullable ItemLine> line = new AtomicReference<>();
    private volatile boolean queued;
    private long placedAt;
    private boolean hasKeptPlace;
    private boolean lineTooLong;
    private volatile Standby.@Nullable Place standby;
    private volatile boolean standing;

    /** Creates a waiter; with {@code waitNanos} 0 it tries once. */
    Waiter(ItemQueue queue, GrantListener listener, long now, long waitNanos, ItemLines lines) {
        this.lines = lines;
        this.queue = queue;
        this.listener = listener;
        this.arrivedAt = now;
        this.deadline = now + waitNanos;
        this.placedAt = now;
    }

    /**
     * Gives a waiter that has not joined its queue yet an earlier place.
     *
     * @param at the time that decides its place in the queue
     * @param onlyInsteadOfAnother whether the line is too long already, so that another waiter must leave
     */
    void keepPlace(long at, boolean onlyInsteadOfAnother) {
        placedAt = at;
        hasKeptPlace = true;
        lineTooLong = onlyInsteadOfAnother;
    }

    /** {@return false if the waiter was decided before; else {@link #listener} must be told of the grant} */
    boolean tryGrant() {
        return decide(State.GRANTED);
    }

    /** {@return false if the waiter was decided before; else {@link #listener} must be told of the rejection} */
    boolean tryReject() {
        return decide(State.REJECTED);
    }

    GrantListener listener() {
        return listener;
    }

    @Override
    public boolean cancel() {
        boolean cancelled = decide(State.CANCELLED);
        if (cancelled) {
            queue.cancelled(this);
        }
        return cancelled;
    }

    private boolean decide(State decided) {
        boolean first = state.compareAndSet(State.WAITING, decided);
        if (first) {
            leaveLine(decided == State.GRANTED);
            leaveStandby();
        }
        return first;
    }

    /** Brings this waiter to a thread before it is granted. Its queue calls this without its lock. */
    void standBy(Standby.Place place) {
        if (standby != null) {
            place.release();
            return;
        }
        standby = place;
        if (state.get() != State.WAITING || !listener.standBy()) {
            leaveStandby();
        }
    }

    private void leaveStandby() {
        Standby.Place place = standby;
        if (place != null) {
            place.release();
            standby = null;
        }
    }

    @Override
    public void setStanding(boolean is) {
        standing = is;
        if (!is) {
            leaveStandby();
        }
    }

    /** {@return true if this waiter has a thread, or is on its way to one} */
    boolean standsBy() {
        return standby != null;
    }

    /** {@return true if a thread waits for this waiter's grant} */
    boolean hasThread() {
        return standing;
    }

    private void leaveLine(boolean granted) {
        ItemLine left = line.getAndSet(null);
        if (left != null) {
            left.left(granted);
        }
    }

    long arrivedAt() {
        return arrivedAt;
    }

    /** {@return the time that decides the place in the queue} */
    long placedAt() {
        return placedAt;
    }

    boolean hasKeptPlace() {
        return hasKeptPlace;
    }

    /** {@return true if the line is too long for this waiter, unless it takes the place of another} */
    boolean isLineTooLong() {
        return lineTooLong;
    }

    long deadline() {
        return deadline;
    }

    /** The waiter must wait. Its node calls this again each time that the item is still taken. */
    void markQueued() {
        if (queued) {
            return;
        }
        queued = true;
        line.set(lines.join(queue.itemId(), arrivedAt));
        if (state.get() != State.WAITING) {
            leaveLine(state.get() == State.GRANTED);
        }
    }

    /** {@return true if the item was taken when this waiter asked for it, so that it had to wait} */
    boolean wasQueued() {
        return queued;
    }

    boolean triesOnce() {
        return deadline == arrivedAt;
    }

    /** A waiter that tries once does not expire, because the store's reply decides. */
    boolean isExpired(long now) {
        return !triesOnce() && now - deadline >= 0;
    }
}
