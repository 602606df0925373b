package io.github.doorbuster.buylock;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Renews the lease of purchases in progress after a third of its duration, and tells them of a lost one. */
final class LeaseRenewal {

    private static final Logger LOG = System.getLogger(LeaseRenewal.class.getName());
    private static final int CHECKS_PER_LEASE = 12;
    private static final long MOST_BETWEEN_CHECKS = TimeUnit.MILLISECONDS.toNanos(500);

    private final String itemId;
    private final QueueContext context;
    private final Effects effects;

    LeaseRenewal(String itemId, QueueContext context, Effects effects) {
        this.itemId = itemId;
        this.context = context;
        this.effects = effects;
    }

    /** {@return how often to check all leases, with one timer for all} */
    static long checkNanos(Duration lease) {
        return Math.min(MOST_BETWEEN_CHECKS, lease.toNanos() / CHECKS_PER_LEASE);
    }

    void renewIfDue(Ownership ownership, List<Grant> running, long now) {
        Lease lease = ownership.lease();
        if (lease == null) {
            return;
        }
        if (!ownership.isLeaseValid(now)) {
            lost(ownership, running);
        } else if (ownership.isRenewalDue(now)) {
            Lease next = Objects.requireNonNull(ownership.startRenewal());
            effects.call(
                    store -> store.replace(lease, next), renewed -> onRenewed(ownership, running, next, now, renewed));
        }
    }

    private void onRenewed(
            Ownership ownership, List<Grant> running, Lease next, long sentAt, @Nullable Boolean renewed) {
        if (renewed == null) {
            ownership.renewalFailed();
        } else if (renewed) {
            ownership.renewed(next, sentAt);
        } else if (!ownership.hasEnded()) {
            lost(ownership, running);
        }
    }

    /** The lease ended before its purchases did. */
    void lost(Ownership ownership, List<Grant> running) {
        if (ownership.markLost()) {
            context.metrics().leaseLost();
            LOG.log(Level.DEBUG, "the lease {0} ended before its purchase did", ownership.lease());
            for (Grant grant : List.copyOf(running)) {
                effects.add(grant::leaseLost);
            }
        }
    }

    /** A purchase has held its item for {@code maxHoldSeconds}. */
    void heldTooLong(Grant grant) {
        context.metrics().heldTooLong();
        LOG.log(
                Level.WARNING,
                "a purchase of item {0} has not ended after {1} s; its lease is let go",
                itemId,
                context.config().maxHoldSeconds());
        effects.add(grant::leaseLost);
    }
}
