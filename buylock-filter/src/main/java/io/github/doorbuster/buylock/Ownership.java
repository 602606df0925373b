package io.github.doorbuster.buylock;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The period in which this node owns an item: with a lease, or without one while the store does not reply.
 *
 * <p>Change it only with the lock of the queue held. Any thread may call {@link #isLeaseValid}.
 */
final class Ownership {

    /** memcached's clock advances in whole seconds, so a lease of 3 s may end after little more than 2 s. */
    private static final long STORE_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable Lease lease;
    private volatile long validUntil;
    private volatile boolean lost;
    private volatile boolean ended;
    private long renewAt;
    private boolean renewing;
    private int handOvers;

    private Ownership(@Nullable Lease lease, long sentAt) {
        this.lease = lease;
        if (lease != null) {
            extend(lease, sentAt);
        }
    }

    /** {@return an ownership with a lease whose duration counts from when the store was called} */
    static Ownership withLease(Lease lease, long sentAt) {
        return new Ownership(lease, sentAt);
    }

    static Ownership withoutLease() {
        return new Ownership(null, 0);
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    boolean isLeaseValid(long now) {
        return lease != null && !lost && !ended && now - validUntil < 0;
    }

    /** {@return true if there is no lease, or if it is valid} */
    boolean isValid(long now) {
        return lease == null || isLeaseValid(now);
    }

    boolean isRenewalDue(long now) {
        return lease != null && !lost && !renewing && now - renewAt >= 0;
    }

    void startRenewal() {
        renewing = true;
    }

    void renewalFailed() {
        renewing = false;
    }

    void renewed(long sentAt) {
        renewing = false;
        if (lease != null) {
            extend(lease, sentAt);
        }
    }

    /** {@return true the first time} */
    boolean markLost() {
        boolean first = !lost;
        lost = true;
        return first;
    }

    boolean isLost() {
        return lost;
    }

    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Counts a hand-over, and returns false if this turn has none left. */
    boolean tryHandOver(int max) {
        if (handOvers >= max) {
            return false;
        }
        handOvers++;
        return true;
    }

    void startNewTurn() {
        handOvers = 0;
    }

    private void extend(Lease held, long sentAt) {
        long nanos = held.duration().toNanos();
        validUntil = sentAt + nanos - STORE_TICK_NANOS;
        renewAt = sentAt + nanos / 3;
    }
}
