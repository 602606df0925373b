package io.github.doorbuster.buylock;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Renews the lease of a purchase under way when a third of its time has passed, and notes when one is lost. */
final class LeaseRenewal {

    private static final Logger LOG = System.getLogger(LeaseRenewal.class.getName());
    private static final int LOOKS_PER_LEASE = 12;

    private final Node node;
    private final Effects effects;

    LeaseRenewal(Node node, Effects effects) {
        this.node = node;
        this.effects = effects;
    }

    /** Looks at every lease often enough: one timer for all, none per purchase. */
    static void start(Timing timing, Duration lease, Collection<ItemQueue> queues) {
        long every = lease.toNanos() / LOOKS_PER_LEASE;
        timing.timers()
                .scheduleWithFixedDelay(
                        () -> queues.forEach(ItemQueue::renewIfDue), every, every, TimeUnit.NANOSECONDS);
    }

    /** With the lock of the queue held. */
    void renewIfDue(Tenure tenure) {
        long now = node.timing().now();
        Lease lease = tenure.lease();
        if (lease == null) {
            return;
        }
        if (!tenure.leaseHolds(now)) {
            noteLoss(tenure);
        } else if (tenure.isRenewalDue(now)) {
            tenure.renewalStarts();
            effects.noteQuestion(() -> node.store().renew(lease), own -> answered(tenure, now, own));
        }
    }

    /** With the lock of the queue held. */
    void noteLoss(Tenure lost) {
        if (lost.lose()) {
            node.tally().leaseLost();
            LOG.log(Level.DEBUG, "the lease {0} ended before its purchase did", lost.lease());
        }
    }

    private void answered(Tenure tenure, long askedAt, @Nullable Boolean own) {
        synchronized (effects) {
            if (own == null) {
                tenure.renewalFailed();
            } else if (own) {
                tenure.renewed(askedAt);
            } else if (!tenure.isOver()) {
                noteLoss(tenure);
            }
        }
    }
}
