package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the leases that this node holds, as far as the server has told them when it stored them, by token.
 * With its version, a lease is renewed and released without a question.
 *
 * <p>A version that is out of date does no harm: the server refuses it, and the store asks. What is never released is
 * forgotten with its lease.
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
