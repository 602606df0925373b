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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps leases in this process's memory: the default for a single node. Every stage is complete when returned. */
public final class InMemoryLockStore implements LockStore {

    private final LongSupplier nanoClock;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Mark> marks = new ConcurrentHashMap<>();
    private final AtomicLong markGeneration = new AtomicLong();
    private final LongAdder operations = new LongAdder();

    /** A lease, and the last ticket of the line of nodes that wait for its key. The ticket ends with the lease. */
    private record Entry(Lease lease, long expiresAt, String line, long lastTicket) {}

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
            acquired.set(old == null || isExpired(old, now));
            return acquired.get() ? entry(lease, now, null) : old;
        });
        return completed(acquired.get());
    }

    @Override
    public CompletionStage<Boolean> replace(Lease held, Lease next) {
        return update(held.key(), old -> old.token().equals(held.token()), next);
    }

    @Override
    public CompletionStage<Boolean> takeOver(KeyState seen, Lease next) {
        return update(
                next.key(),
                old -> old.token().equals(seen.token()) && old.note().equals(seen.note()),
                next);
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        return update(lease.key(), old -> old.token().equals(lease.token()), null);
    }

    private CompletionStage<Boolean> update(String key, Predicate<Lease> expected, @Nullable Lease next) {
        long now = start();
        AtomicBoolean updated = new AtomicBoolean();
        entries.computeIfPresent(key, (k, old) -> {
            updated.set(!isExpired(old, now) && expected.test(old.lease));
            return !updated.get() ? old : next == null ? null : entry(next, now, old);
        });
        return completed(updated.get());
    }

    @Override
    public CompletionStage<KeyState> read(String key, @Nullable String line) {
        long now = start();
        Entry entry = entries.get(key);
        String mark = mark(key, now);
        return completed(
                entry == null || isExpired(entry, now)
                        ? new KeyState(null, "", 0, mark, null)
                        : new KeyState(
                                entry.lease.token(),
                                entry.lease.note(),
                                entry.line.equals(line) ? entry.lastTicket : 0,
                                mark,
                                null));
    }

    @Override
    public CompletionStage<Long> takeTicket(String key, String line, long first) {
        start();
        Entry entry = entries.computeIfPresent(
                key,
                (k, old) ->
                        new Entry(old.lease, old.expiresAt, line, old.line.equals(line) ? old.lastTicket + 1 : first));
        return completed(entry == null ? first : entry.lastTicket);
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
            String mark = mark(key, now);
            if (mark != null) {
                found.put(key, mark);
            }
        }
        return CompletableFuture.completedFuture(found);
    }

    private @Nullable String mark(String key, long now) {
        Mark mark = marks.get(key);
        return mark != null && now - mark.expiresAt < 0 ? mark.text : null;
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

    private static Entry entry(Lease lease, long now, @Nullable Entry before) {
        return new Entry(
                lease,
                now + lease.duration().toNanos(),
                before == null ? "" : before.line,
                before == null ? 0 : before.lastTicket);
    }

    private static boolean isExpired(Entry entry, long now) {
        return now - entry.expiresAt >= 0;
    }

    private static <T> CompletionStage<T> completed(T result) {
        return CompletableFuture.completedFuture(result);
    }
}
