package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the leases that this node holds, by token, if the server has returned them. With its version, a lease
 * is renewed and released without another read.
 *
 * <p>An outdated version does no harm: the server rejects it, and the store reads the key. A version that is never
 * released is removed when its lease expires.
 */
final class HeldVersions {

    static final long CLEAN_UP_MILLIS = 10_000;

    private final LongSupplier nanoClock;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    private record Held(CasVersion version, long endsAt) {}

    HeldVersions(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    void remember(Lease lease, CasVersion version) {
        held.put(
                lease.token(),
                new Held(version, nanoClock.getAsLong() + lease.duration().toNanos()));
    }

    @Nullable
    CasVersion find(Lease lease) {
        Held found = held.get(lease.token());
        return found == null ? null : found.version;
    }

    void forget(Lease lease) {
        held.remove(lease.token());
    }

    void forgetEnded() {
        long now = nanoClock.getAsLong();
        held.values().removeIf(each -> now - each.endsAt > 0);
    }
}
