package io.github.doorbuster.buylock;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The right to purchase one item, until it is released.
 *
 * <p>Safe for use by many threads. It guards the efficiency of the database, not its truth: a lease may end before the
 * purchase does.
 */
public final class Grant implements AutoCloseable {

    /** Whom a grant keeps away. */
    public enum Scope {
        /** Every node: there is a lease in the store. */
        CLUSTER,
        /** The other purchases of this node: the store could not be asked, and {@code whenStoreFails} is LOCAL. */
        NODE,
        /** Nobody: the store could not be asked, and {@code whenStoreFails} is ALLOW. */
        NOBODY
    }

    private final String itemId;
    private final Scope scope;
    private final @Nullable Tenure tenure;
    private final Timing timing;
    private final long since;
    private final Ending ending;
    private final AtomicBoolean released = new AtomicBoolean();

    /** Hears of the one end of a grant. */
    interface Ending {
        void released(Grant grant, long now);

        void unclaimed(Grant grant, long now);
    }

    Grant(String itemId, Scope scope, @Nullable Tenure tenure, Timing timing, long since, Ending ending) {
        this.itemId = itemId;
        this.scope = scope;
        this.tenure = tenure;
        this.timing = timing;
        this.since = since;
        this.ending = ending;
    }

    /**
     * Returns the item this grant is for.
     *
     * @return the item id
     */
    public String itemId() {
        return itemId;
    }

    /**
     * Returns whom this grant keeps away.
     *
     * @return the scope
     */
    public Scope scope() {
        return scope;
    }

    /**
     * Tells whether the lease behind this grant still holds, as far as this node can know. False after
     * {@link #close()}, after the lease was lost, and always if the {@link #scope()} is not CLUSTER. Asks no store, so
     * it costs nothing.
     *
     * @return true if no other node can have the item
     */
    public boolean leaseHolds() {
        return tenure != null && !released.get() && tenure.leaseHolds(timing.now());
    }

    /** Ends the purchase: the item goes to the next one. Only the first call does anything. */
    @Override
    public void close() {
        if (released.compareAndSet(false, true)) {
            ending.released(this, timing.now());
        }
    }

    /** Ends a purchase that never began, since nobody was there any more to make it; it counts as unclaimed. */
    public void giveBack() {
        if (released.compareAndSet(false, true)) {
            ending.unclaimed(this, timing.now());
        }
    }

    long since() {
        return since;
    }
}
