package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PvStore.Claim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The journals that this process owns in the store's ledger. Used by one thread.
 *
 * <p>A journal has one owner. A process becomes the owner with a compare-and-set of the row as it has seen it, so that
 * of two processes one wins, and the other finds a changed row. A row whose owner renews it is never taken, unless the
 * pool was told to take over.
 */
final class Ownership {

    private final PvStore store;
    private final String token;
    private final boolean takeOver;
    private final int renewMillis;
    private final boolean durable;
    private final Map<String, Long> epochs = new HashMap<>();
    private final Map<String, LedgerRow> watched = new HashMap<>();

    Ownership(PvStore store, String token, boolean takeOver, int renewMillis, boolean durable) {
        this.store = store;
        this.token = token;
        this.takeOver = takeOver;
        this.renewMillis = renewMillis;
        this.durable = durable;
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
     * Tries to become the owner of a journal. Returns its row then. Returns nothing if another process may still own
     * it: call again later.
     *
     * @throws FencedException if another process owns it
     */
    Optional<LedgerRow> claim(String journal) throws StoreException, FencedException {
        LedgerRow seen = store.row(journal).orElse(null);
        LedgerRow before = watched.get(journal);
        if (seen != null && !seen.owner().equals(token)) {
            boolean free = takeOver || seen.isReleased() || seen.isIdle();
            if (before != null && !seen.isReleased() && !seen.isSameAs(before)) {
                throw new FencedException(seen);
            }
            if (!free) {
                watched.putIfAbsent(journal, seen);
                return Optional.empty();
            }
        }
        LedgerRow claimed = store.claim(new Claim(journal, token, seen, durable, renewMillis));
        if (!claimed.owner().equals(token)) {
            throw new FencedException(claimed);
        }
        watched.remove(journal);
        epochs.put(journal, claimed.epoch());
        return Optional.of(claimed);
    }

    /**
     * Decides what a row means that is not as this process expects it. Returns the position that the store has.
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

    /** Gives up all rows, so that a later start need not wait. */
    void release(boolean finished) throws StoreException {
        if (!epochs.isEmpty()) {
            store.release(token, Set.copyOf(epochs.keySet()), finished);
            epochs.clear();
        }
    }
}
