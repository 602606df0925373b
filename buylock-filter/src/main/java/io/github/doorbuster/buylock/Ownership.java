package io.github.doorbuster.buylock;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The period in which this node owns an item: with a lease, or without one while the store does not reply.
 *
 * <p>Change it only with the lock of the queue held. Any thread may call {@link #isLeaseValid}.
 */
final class Ownership {

    /**
     * How long a node may use an offered lease that it has not confirmed. Other nodes skip it only after a longer time.
     */
    static final long UNCONFIRMED_NANOS = TimeUnit.MILLISECONDS.toNanos(450);

    /** memcached's clock advances in whole seconds, so a lease of 3 s may end after little more than 2 s. */
    private static final long STORE_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** An offer is fresh if this node has seen the key without it at most this long ago. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    /** When an offer is confirmed. Shorter turns end before and need no confirmation. */
    private static final long CONFIRM_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    /** How long before the end of its validity an offer is confirmed at the latest: the store may not reply at once. */
    private static final long CONFIRM_BEFORE_END_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private @Nullable Lease lease;
    /** The lease with the note that confirms it; null if it is confirmed. */
    private @Nullable Lease confirmed;

    private volatile long validUntil;
    private volatile boolean leased;
    private volatile boolean lost;
    private volatile boolean ended;
    private long renewAt;
    private boolean renewing;
    private int handOvers;

    private Ownership(@Nullable Lease lease) {
        this.lease = lease;
        this.leased = lease != null;
    }

    /** {@return an ownership with a lease whose duration starts when the store was called} */
    static Ownership withLease(Lease lease, long sentAt) {
        Ownership ownership = new Ownership(lease);
        ownership.extend(lease, sentAt);
        return ownership;
    }

    /**
     * {@return an ownership with a lease that another node has offered, and that this node has not confirmed}
     *
     * @param confirmed the lease with the note that confirms it
     * @param notOfferedAt a time at which the lease had not been offered yet
     * @param soon whether to confirm it as soon as possible
     */
    static Ownership offered(Lease lease, Lease confirmed, long notOfferedAt, long now, boolean soon) {
        Ownership ownership = new Ownership(lease);
        ownership.confirmed = confirmed;
        ownership.validUntil = notOfferedAt + UNCONFIRMED_NANOS;
        long latest = Math.min(now + CONFIRM_NANOS, ownership.validUntil - CONFIRM_BEFORE_END_NANOS);
        ownership.renewAt = soon ? now : latest;
        return ownership;
    }

    /** {@return true if an offer is so fresh that it can be used before it is confirmed} */
    static boolean isFresh(long notOfferedAt, long now) {
        return now - notOfferedAt < FRESH_NANOS;
    }

    static Ownership withoutLease() {
        return new Ownership(null);
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    boolean isLeaseValid(long now) {
        return leased && !lost && !ended && now - validUntil < 0;
    }

    /** {@return true if there is no lease, or if it is valid} */
    boolean isValid(long now) {
        return !leased || isLeaseValid(now);
    }

    boolean isRenewalDue(long now) {
        return leased && !lost && !renewing && now - renewAt >= 0;
    }

    long renewAt() {
        return renewAt;
    }

    /** {@return the lease to renew with; that confirms it} */
    @Nullable
    Lease startRenewal() {
        renewing = true;
        return confirmed == null ? lease : confirmed;
    }

    void renewalFailed() {
        renewing = false;
    }

    void renewed(Lease next, long sentAt) {
        renewing = false;
        lease = next;
        confirmed = null;
        extend(next, sentAt);
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

    /** Counts a hand-over, or returns false if this turn has none left. */
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
