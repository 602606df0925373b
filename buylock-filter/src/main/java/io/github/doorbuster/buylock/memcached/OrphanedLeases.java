package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Leases that may still hold their key although nobody owns them, because their {@code add} or their release got no
 * clear reply. Releases them as soon as their server replies again.
 *
 * <p>A lease that is not found is released once more, a second later: after a server was stopped, it may execute
 * commands from the buffer of an old connection after it has replied on a new one.
 */
final class OrphanedLeases {

    static final int MAX_TRACKED = 10_000;

    private static final long SECOND_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Predicate<String> isUp;
    private final Function<Lease, CompletionStage<Boolean>> release;
    private final LongSupplier nanoClock;
    private final Queue<Orphan> orphans = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder released = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    private record Orphan(Lease lease, boolean secondAttempt, long notBefore) {}

    /**
     * Creates an empty set.
     *
     * @param isUp whether the server of a key replies
     */
    OrphanedLeases(Predicate<String> isUp, Function<Lease, CompletionStage<Boolean>> release, LongSupplier nanoClock) {
        this.isUp = isUp;
        this.release = release;
        this.nanoClock = nanoClock;
    }

    /** Adds a lease, or counts it as dropped if too many are tracked already. */
    void add(Lease lease) {
        if (size.incrementAndGet() > MAX_TRACKED) {
            size.decrementAndGet();
            dropped.increment();
        } else {
            orphans.add(new Orphan(lease, false, nanoClock.getAsLong()));
        }
    }

    /** Tries once to release each lease that is due, if its server is up. */
    void releaseDue() {
        long now = nanoClock.getAsLong();
        for (int left = size.get(); left > 0; left--) {
            Orphan orphan = orphans.poll();
            if (orphan == null) {
                return;
            }
            if (now - orphan.notBefore < 0 || !isUp.test(orphan.lease.key())) {
                orphans.add(orphan);
            } else {
                release.apply(orphan.lease).whenComplete((found, failure) -> onReleaseResult(orphan, found));
            }
        }
    }

    long released() {
        return released.sum();
    }

    long dropped() {
        return dropped.sum();
    }

    private void onReleaseResult(Orphan orphan, @Nullable Boolean found) {
        if (found == null) {
            orphans.add(orphan);
        } else if (found) {
            size.decrementAndGet();
            released.increment();
        } else if (orphan.secondAttempt) {
            size.decrementAndGet();
        } else {
            orphans.add(new Orphan(orphan.lease, true, nanoClock.getAsLong() + SECOND_ATTEMPT_NANOS));
        }
    }
}
