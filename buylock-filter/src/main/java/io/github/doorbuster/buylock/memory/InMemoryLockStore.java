package io.github.doorbuster.buylock.memory;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps leases in memory: the default of a single node, answering on the caller's thread. */
public final class InMemoryLockStore implements LockStore {

    private static final long NOTE_LASTS = TimeUnit.SECONDS.toNanos(3);

    private final LongSupplier nanoClock;
    private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();
    private final LongAdder operations = new LongAdder();

    /** A claim; the note that somebody waits goes with it. */
    private record Held(String token, long until, long announcedUntil) {}

    /** Creates an empty store. */
    public InMemoryLockStore() {
        this(System::nanoTime);
    }

    InMemoryLockStore(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public CompletionStage<Boolean> acquire(Lease lease) {
        long now = start();
        AtomicBoolean taken = new AtomicBoolean();
        held.compute(lease.key(), (key, old) -> {
            taken.set(isFree(old, now));
            return taken.get() ? newHeld(lease, now, now) : old;
        });
        return done(taken.get());
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease) {
        long now = start();
        AtomicBoolean own = new AtomicBoolean();
        held.computeIfPresent(lease.key(), (key, old) -> {
            own.set(isOwn(old, lease, now));
            return own.get() ? newHeld(lease, now, old.announcedUntil) : old;
        });
        return done(own.get());
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        long now = start();
        AtomicBoolean own = new AtomicBoolean();
        held.computeIfPresent(lease.key(), (key, old) -> {
            own.set(isOwn(old, lease, now));
            return own.get() ? null : old;
        });
        return done(own.get());
    }

    @Override
    public CompletionStage<Void> announce(String key) {
        long now = start();
        held.computeIfPresent(key, (k, old) -> new Held(old.token, old.until, now + NOTE_LASTS));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Boolean> announced(String key) {
        long now = start();
        Held old = held.get(key);
        return done(old != null && now - old.announcedUntil < 0);
    }

    @Override
    public StoreStatus status() {
        return new StoreStatus(StoreStatus.State.UP, Map.of(), operations.sum(), 0, 0, 0);
    }

    /** Forgets every lease. */
    @Override
    public void close() {
        held.clear();
    }

    private long start() {
        operations.increment();
        return nanoClock.getAsLong();
    }

    private static Held newHeld(Lease lease, long now, long announcedUntil) {
        return new Held(lease.token(), now + lease.time().toNanos(), announcedUntil);
    }

    private static boolean isFree(@Nullable Held old, long now) {
        return old == null || now - old.until >= 0;
    }

    private static boolean isOwn(Held old, Lease lease, long now) {
        return !isFree(old, now) && old.token.equals(lease.token());
    }

    private static CompletionStage<Boolean> done(boolean answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
