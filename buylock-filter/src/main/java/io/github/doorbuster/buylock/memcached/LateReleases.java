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
 * Leases that may have stayed behind, since their add or their release got no clear answer: frees them once the server
 * answers again.
 *
 * <p>Each is looked for twice, a second apart: what lay in the buffer of a stopped server's old connection may be
 * carried out after the first look on a new one.
 */
final class LateReleases {

    static final int MAX = 10_000;

    private static final long SECOND_LOOK = TimeUnit.SECONDS.toNanos(1);

    private final Predicate<String> isUp;
    private final Function<Lease, CompletionStage<Boolean>> release;
    private final LongSupplier nanoClock;
    private final Queue<Stray> strays = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder released = new LongAdder();
    private final LongAdder leftToRunOut = new LongAdder();

    private record Stray(Lease lease, boolean lookedFor, long notBefore) {}

    LateReleases(Predicate<String> isUp, Function<Lease, CompletionStage<Boolean>> release, LongSupplier nanoClock) {
        this.isUp = isUp;
        this.release = release;
        this.nanoClock = nanoClock;
    }

    void add(Lease lease) {
        if (size.incrementAndGet() > MAX) {
            size.decrementAndGet();
            leftToRunOut.increment();
        } else {
            strays.add(new Stray(lease, false, nanoClock.getAsLong()));
        }
    }

    /** Looks once for each lease whose server is up. */
    void look() {
        long now = nanoClock.getAsLong();
        for (int left = size.get(); left > 0; left--) {
            Stray stray = strays.poll();
            if (stray == null) {
                return;
            }
            if (now - stray.notBefore < 0 || !isUp.test(stray.lease.key())) {
                strays.add(stray);
            } else {
                release.apply(stray.lease).whenComplete((own, failure) -> looked(stray, own));
            }
        }
    }

    long released() {
        return released.sum();
    }

    long leftToRunOut() {
        return leftToRunOut.sum();
    }

    private void looked(Stray stray, @Nullable Boolean own) {
        if (own == null) {
            strays.add(stray);
        } else if (own) {
            size.decrementAndGet();
            released.increment();
        } else if (stray.lookedFor) {
            size.decrementAndGet();
        } else {
            strays.add(new Stray(stray.lease, true, nanoClock.getAsLong() + SECOND_LOOK));
        }
    }
}
