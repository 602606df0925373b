package io.github.doorbuster.buylock;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time for which a node has an item: under a lease, or without one while the store is down.
 *
 * <p>Written under the lock of its queue; the end of the lease is read by any thread.
 */
final class Tenure {

    /** memcached's seconds tick on their own: a lease of 3 may end after little more than 2. */
    private static final long STORE_TICK = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable Lease lease;
    private volatile long validUntil;
    private volatile boolean lost;
    private volatile boolean over;
    private long renewAt;
    private boolean renewing;
    private int handOvers;

    private Tenure(@Nullable Lease lease, long askedAt) {
        this.lease = lease;
        if (lease != null) {
            extend(lease, askedAt);
        }
    }

    static Tenure under(Lease lease, long askedAt) {
        return new Tenure(lease, askedAt);
    }

    static Tenure withoutLease() {
        return new Tenure(null, 0);
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    boolean leaseHolds(long now) {
        return lease != null && !lost && !over && now - validUntil < 0;
    }

    /** Whether the node may go on with the item: a lost lease ends the tenure, a missing one does not. */
    boolean lasts(long now) {
        return lease == null || leaseHolds(now);
    }

    boolean isRenewalDue(long now) {
        return lease != null && !lost && !renewing && now - renewAt >= 0;
    }

    void renewalStarts() {
        renewing = true;
    }

    void renewalFailed() {
        renewing = false;
    }

    void renewed(long askedAt) {
        renewing = false;
        if (lease != null) {
            extend(lease, askedAt);
        }
    }

    /** Returns true the first time. */
    boolean lose() {
        boolean first = !lost;
        lost = true;
        return first;
    }

    boolean isLost() {
        return lost;
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    boolean handOver(int atMost) {
        if (handOvers >= atMost) {
            return false;
        }
        handOvers++;
        return true;
    }

    void startNewTurn() {
        handOvers = 0;
    }

    private void extend(Lease held, long askedAt) {
        long length = held.time().toNanos();
        validUntil = askedAt + length - STORE_TICK;
        renewAt = askedAt + length / 3;
    }
}
