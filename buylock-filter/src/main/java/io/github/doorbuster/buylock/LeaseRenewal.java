package io.github.doorbuster.buylock;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Renews the lease of a purchase in progress after a third of its duration, and detects lost leases. */
final class LeaseRenewal {

    private static final Logger LOG = System.getLogger(LeaseRenewal.class.getName());
    private static final int CHECKS_PER_LEASE = 12;

    private final QueueContext context;
    private final DeferredActions actions;

    LeaseRenewal(QueueContext context, DeferredActions actions) {
        this.context = context;
        this.actions = actions;
    }

    /** Starts to check all leases periodically, with one timer in all rather than one per purchase. */
    static void start(Scheduler scheduler, Duration lease, Collection<ItemQueue> queues) {
        scheduler.scheduleRepeatedly(lease.toNanos() / CHECKS_PER_LEASE, () -> queues.forEach(ItemQueue::renewIfDue));
    }

    /** Call with the lock of the queue held. */
    void renewIfDue(Ownership ownership) {
        long now = context.scheduler().now();
        Lease lease = ownership.lease();
        if (lease == null) {
            return;
        }
        if (!ownership.isLeaseValid(now)) {
            markLost(ownership);
        } else if (ownership.isRenewalDue(now)) {
            ownership.startRenewal();
            actions.addStoreCall(() -> context.store().renew(lease), renewed -> onRenewResult(ownership, now, renewed));
        }
    }

    /** Call with the lock of the queue held. */
    void markLost(Ownership ownership) {
        if (ownership.markLost()) {
            context.metrics().leaseLost();
            LOG.log(Level.DEBUG, "the lease {0} ended before its purchase did", ownership.lease());
        }
    }

    private void onRenewResult(Ownership ownership, long sentAt, @Nullable Boolean renewed) {
        synchronized (actions) {
            if (renewed == null) {
                ownership.renewalFailed();
            } else if (renewed) {
                ownership.renewed(sentAt);
            } else if (!ownership.hasEnded()) {
                markLost(ownership);
            }
        }
    }
}
