package io.github.doorbuster.buylock;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The permission to purchase one item, until it is closed. Safe for use by many threads.
 *
 * <p>It keeps load off the database; it does not replace the database's own locks. A lease may end before its purchase
 * does.
 */
public final class Grant implements AutoCloseable {

    /** Which other purchases a grant excludes. */
    public enum Scope {
        /** Those of every node: there is a lease in the store. */
        CLUSTER,
        /** Those of this node: the store does not reply, and {@code whenStoreFails} is {@code LOCAL}. */
        NODE,
        /** None: the store does not reply, and {@code whenStoreFails} is {@code ALLOW}. */
        NONE
    }

    private final String itemId;
    private final Scope scope;
    private final @Nullable Ownership ownership;
    private final Scheduler scheduler;
    private final Executor executor;
    private final Queue<Runnable> lostActions = new ConcurrentLinkedQueue<>();
    private volatile boolean lost;
    private final long grantedAt;
    private final EndListener listener;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean soldOut;
    private volatile long begunAt;
    private volatile @Nullable Runnable afterEnd;

    /** How a grant ended. */
    enum Outcome {
        /** The purchase ran. */
        COMPLETED,
        /** The purchase never began, because its client had left. */
        ABANDONED,
        /** The purchase was cancelled before its grant was reported. */
        CANCELLED
    }

    /** Receives what becomes of a grant. */
    interface EndListener {
        /** The purchase begins. Need not be called. */
        default void begun(long nanosAfterGrant) {}

        /** The grant ends; called once. */
        void ended(Grant grant, Outcome outcome, long now);
    }

    Grant(
            String itemId,
            Scope scope,
            @Nullable Ownership ownership,
            Scheduler scheduler,
            Executor executor,
            long grantedAt,
            EndListener listener) {
        this.itemId = itemId;
        this.scope = scope;
        this.ownership = ownership;
        this.scheduler = scheduler;
        this.executor = executor;
        this.grantedAt = grantedAt;
        this.begunAt = grantedAt;
        this.listener = listener;
    }

    /** {@return the id of the item} */
    public String itemId() {
        return itemId;
    }

    /** {@return which other purchases this grant excludes} */
    public Scope scope() {
        return scope;
    }

    /**
     * Tells whether the lease is valid, as far as this node knows. It is not valid after {@link #close()}, after it was
     * lost, or if the {@link #scope()} is not {@code CLUSTER}. Does not call the store.
     */
    public boolean leaseHolds() {
        return ownership != null && !lost && !ended.get() && ownership.isLeaseValid(scheduler.now());
    }

    /**
     * Runs an action on the lock's executor, within a second, if the lease is lost before the grant is closed, or if it
     * was lost already. Another purchase of the item may be running then: rely on the row lock, or give up.
     */
    public void onLeaseLost(Runnable action) {
        lostActions.add(action);
        if (lost) {
            runLostActions();
        }
    }

    /** The lease was lost while the purchase runs. */
    void leaseLost() {
        lost = true;
        runLostActions();
    }

    private void runLostActions() {
        for (Runnable action = lostActions.poll(); action != null; action = lostActions.poll()) {
            if (!ended.get()) {
                executor.execute(action);
            }
        }
    }

    /**
     * Reports that the purchase has found the item sold out. When the grant ends, the item closes for
     * {@code soldOutSeconds}: its waiting and new purchases are rejected. Has no effect after the grant has ended, or
     * if the item was opened again since the purchase began.
     */
    public void soldOut() {
        soldOut = true;
    }

    /**
     * Tells that the purchase begins now. Call it once, if a purchase has to wait for a thread after its grant: the
     * delay is measured ({@link BuyLockSnapshot#dispatchTime}), and does not count as time that the purchase takes.
     */
    public void begin() {
        long now = scheduler.now();
        begunAt = now;
        listener.begun(now - grantedAt);
    }

    boolean isSoldOut() {
        return soldOut;
    }

    /** Ends the purchase: the item goes to the next one. Further calls have no effect. */
    @Override
    public void close() {
        end(Outcome.COMPLETED);
    }

    /**
     * Closes a grant whose purchase never began, because its client had left; it is counted as abandoned. Has no effect
     * after {@link #close()}.
     */
    public void abandon() {
        end(Outcome.ABANDONED);
    }

    /** Closes a grant that was not delivered. */
    void cancel() {
        end(Outcome.CANCELLED);
    }

    private void end(Outcome outcome) {
        if (ended.compareAndSet(false, true)) {
            try {
                Runnable action = afterEnd;
                if (action != null) {
                    action.run();
                }
            } finally {
                listener.ended(this, outcome, scheduler.now());
            }
        }
    }

    /** Adds what runs when the grant ends. Call it before anybody else gets the grant. */
    void whenEnded(Runnable action) {
        Runnable before = afterEnd;
        afterEnd = before == null
                ? action
                : () -> {
                    before.run();
                    action.run();
                };
    }

    @Nullable
    Ownership ownership() {
        return ownership;
    }

    long grantedAt() {
        return grantedAt;
    }

    /** {@return when the purchase began, or was granted if it was not told} */
    long begunAt() {
        return begunAt;
    }
}
