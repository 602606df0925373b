package io.github.doorbuster.buylock.memory;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps leases in this process's memory: the default for a single node. Every stage is complete when returned. */
public final class InMemoryLockStore implements LockStore {

    private static final long SIGNAL_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final LongSupplier nanoClock;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Mark> marks = new ConcurrentHashMap<>();
    private final AtomicLong markGeneration = new AtomicLong();
    private final LongAdder operations = new LongAdder();

    /** A lease, and the waiter signal of its key, which ends with the lease. */
    private record Entry(String token, long expiresAt, long signalExpiresAt) {}

    private record Mark(String text, long expiresAt) {}

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
        AtomicBoolean acquired = new AtomicBoolean();
        entries.compute(lease.key(), (key, old) -> {
            acquired.set(isFree(old, now));
            return acquired.get() ? newEntry(lease, now, now) : old;
        });
        return completed(acquired.get());
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease) {
        long now = start();
        AtomicBoolean renewed = new AtomicBoolean();
        entries.computeIfPresent(lease.key(), (key, old) -> {
            renewed.set(isOwner(lease, old, now));
            return renewed.get() ? newEntry(lease, now, old.signalExpiresAt) : old;
        });
        return completed(renewed.get());
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        long now = start();
        AtomicBoolean released = new AtomicBoolean();
        entries.computeIfPresent(lease.key(), (key, old) -> {
            released.set(isOwner(lease, old, now));
            return released.get() ? null : old;
        });
        return completed(released.get());
    }

    @Override
    public CompletionStage<Void> signalWaiter(String key) {
        long now = start();
        entries.computeIfPresent(key, (k, old) -> new Entry(old.token, old.expiresAt, now + SIGNAL_NANOS));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Boolean> hasWaiters(String key) {
        long now = start();
        Entry entry = entries.get(key);
        return completed(entry != null && now - entry.signalExpiresAt < 0);
    }

    @Override
    public CompletionStage<Void> mark(String key, String mark, Duration duration) {
        long now = start();
        marks.values().removeIf(old -> now - old.expiresAt >= 0);
        marks.put(key, new Mark(mark, now + duration.toNanos()));
        markGeneration.incrementAndGet();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Map<String, String>> marks(Collection<String> keys) {
        long now = start();
        Map<String, String> found = new HashMap<>();
        for (String key : keys) {
            Mark mark = marks.get(key);
            if (mark != null && now - mark.expiresAt < 0) {
                found.put(key, mark.text);
            }
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public long markGeneration() {
        return markGeneration.get();
    }

    @Override
    public StoreStatus status() {
        return new StoreStatus(StoreStatus.State.UP, Map.of(), operations.sum(), 0, 0, 0);
    }

    /** Removes every lease and every mark. */
    @Override
    public void close() {
        entries.clear();
        marks.clear();
    }

    private long start() {
        operations.increment();
        return nanoClock.getAsLong();
    }

    private static Entry newEntry(Lease lease, long now, long signalExpiresAt) {
        return new Entry(lease.token(), now + lease.duration().toNanos(), signalExpiresAt);
    }

    private static boolean isFree(@Nullable Entry entry, long now) {
        return entry == null || now - entry.expiresAt >= 0;
    }

    private static boolean isOwner(Lease lease, Entry entry, long now) {
        return !isFree(entry, now) && entry.token.equals(lease.token());
    }

    private static CompletionStage<Boolean> completed(boolean result) {
        return CompletableFuture.completedFuture(result);
    }
}
