package io.github.doorbuster.buylock;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * Looks at every lease often enough to renew it soon after a third of its time: one timer for all, none per purchase.
 */
final class LeaseRenewal {

    private static final int LOOKS_PER_LEASE = 12;

    private LeaseRenewal() {}

    static void start(Timing timing, Duration lease, Collection<ItemQueue> queues) {
        long every = lease.toNanos() / LOOKS_PER_LEASE;
        timing.timers()
                .scheduleWithFixedDelay(
                        () -> queues.forEach(ItemQueue::renewIfDue), every, every, TimeUnit.NANOSECONDS);
    }
}
