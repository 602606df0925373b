package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PvStore.Claim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The journals that this process owns in the store's ledger. Used by one thread.
 *
 * <p>A journal has one owner. A process becomes the owner with a compare-and-set of the row as it has seen it, so one
 * of two processes wins, and the other finds a changed row. A row that its owner renews is not claimed, unless takeOver
 * is set.
 */
final class Ownership {

    private final PvStore store;
    private final String token;
    private final boolean takeOver;
    private final int renewMillis;
    private final boolean durable;
    private final LongSupplier nanoClock;
    private final Map<String, Long> epochs = new HashMap<>();

    /** The rows as they were last read. */
    private final Map<String, @Nullable LedgerRow> seen = new HashMap<>();

    /** The rows of other owners as they were first read. */
    private final Map<String, Watched> watched = new HashMap<>();

    Ownership(PvStore store, String token, boolean takeOver, int renewMillis, boolean durable, LongSupplier nanoClock) {
        this.store = store;
        this.token = token;
        this.takeOver = takeOver;
        this.renewMillis = renewMillis;
        this.durable = durable;
        this.nanoClock = nanoClock;
    }

    String token() {
        return token;
    }

    boolean owns(String journal) {
        return epochs.containsKey(journal);
    }

    /** The epoch in which this process owns a journal. */
    long epoch(String journal) {
        return epochs.getOrDefault(journal, 0L);
    }

    /**
     * Reads the row of a journal. Returns false if another process may still own it: call again later.
     *
     * @throws FencedException if another process owns it
     */
    boolean isFree(String journal) throws StoreException, FencedException {
        LedgerRow row = store.row(journal).orElse(null);
        seen.put(journal, row);
        if (row == null || row.owner().equals(token) || row.isReleased() || takeOver) {
            return true;
        }
        Watched first = watched.computeIfAbsent(journal, id -> new Watched(row, nanoClock.getAsLong()));
        long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - first.sinceNanos);
        if (row.hasMovedSince(first.row, elapsedMillis)) {
            throw new FencedException(row);
        }
        return row.isIdle();
    }

    /**
     * Becomes the owner of a journal, if its row is still as {@link #isFree} has seen it. Returns the row then.
     *
     * @throws FencedException if another process was first
     */
    LedgerRow claim(String journal) throws StoreException, FencedException {
        LedgerRow claimed = store.claim(new Claim(journal, token, seen.get(journal), durable, renewMillis));
        if (!claimed.owner().equals(token)) {
            throw new FencedException(claimed);
        }
        watched.remove(journal);
        seen.remove(journal);
        epochs.put(journal, claimed.epoch());
        return claimed;
    }

    /**
     * Handles a row that is not as this process expects it. Returns the position that the store has.
     *
     * @throws FencedException if another process has claimed the journal since
     */
    Position resolve(String journal, @Nullable LedgerRow row) throws StoreException, FencedException {
        if (row != null && row.isOwnedBy(token, epoch(journal))) {
            return row.position();
        }
        if (row != null && row.epoch() >= epoch(journal) && !row.isReleased()) {
            throw new FencedException(row);
        }
        // The store is older than the claim of this process.
        epochs.remove(journal);
        LedgerRow claimed = store.claim(new Claim(journal, token, row, durable, renewMillis));
        if (!claimed.owner().equals(token)) {
            throw new FencedException(claimed);
        }
        epochs.put(journal, claimed.epoch());
        return claimed.position();
    }

    /** {@return the journals that this process owns} */
    Set<String> journals() {
        return new HashSet<>(epochs.keySet());
    }

    /** Renews the rows of this process. Returns the journals whose row has gone or is not at its position. */
    List<String> renew(Map<String, Position> expected) throws StoreException {
        if (expected.isEmpty() || store.renew(token, expected) == expected.size()) {
            return List.of();
        }
        List<String> changed = new ArrayList<>();
        for (Map.Entry<String, Position> one : expected.entrySet()) {
            LedgerRow row = store.row(one.getKey()).orElse(null);
            boolean same = row != null
                    && row.isOwnedBy(token, epoch(one.getKey()))
                    && row.position().equals(one.getValue());
            if (!same) {
                changed.add(one.getKey());
            }
        }
        return changed;
    }

    /** Stops renewing the row of an earlier journal, which is completely written. */
    void forget(String journal) throws StoreException {
        if (owns(journal)) {
            store.release(token, Set.of(journal), !durable);
            epochs.remove(journal);
        }
    }

    /**
     * Gives up all rows, so that a later start need not wait.
     *
     * @param finished a journal that no folder has, whose row is deleted; null if there is none
     */
    void release(@Nullable String finished) throws StoreException {
        if (finished != null && epochs.remove(finished) != null) {
            store.release(token, Set.of(finished), true);
        }
        if (!epochs.isEmpty()) {
            store.release(token, Set.copyOf(epochs.keySet()), false);
            epochs.clear();
        }
    }

    private record Watched(LedgerRow row, long sinceNanos) {}
}
