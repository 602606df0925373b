package io.github.doorbuster.buylock;

import java.util.concurrent.CompletableFuture;

/** A purchase in line; cancelling it leaves the line. */
final class Waiter extends CompletableFuture<Grant> {

    private final ItemQueue queue;
    private final long since;
    private final long until;
    private volatile boolean stoodInLine;

    Waiter(ItemQueue queue, long since, long waitNanos) {
        this.queue = queue;
        this.since = since;
        this.until = since + waitNanos;
    }

    long since() {
        return since;
    }

    long until() {
        return until;
    }

    void standsInLine() {
        stoodInLine = true;
    }

    boolean stoodInLine() {
        return stoodInLine;
    }

    boolean willNotWait() {
        return until == since;
    }

    /** Whoever will not wait is answered when the store has answered, and not before. */
    boolean isOver(long now) {
        return !willNotWait() && now - until >= 0;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            queue.leave(this);
        }
        return cancelled;
    }
}
