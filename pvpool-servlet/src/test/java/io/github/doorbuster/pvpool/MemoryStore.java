package io.github.doorbuster.pvpool;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store in memory. Tests let it fail. */
public class MemoryStore implements PvStore {

    /** How the next transactions fail. */
    public enum Fault {
        NOT_APPLIED,
        APPLIED_ANSWER_LOST
    }

    private Map<String, Long> counts = new TreeMap<>();
    private Map<Bucket, Map<String, Long>> buckets = new HashMap<>();
    private Map<String, LedgerRow> ledger = new HashMap<>();
    private final Set<Integer> sizes = new HashSet<>();
    private long idleMillis = Long.MAX_VALUE;
    private @Nullable Fault fault;
    private @Nullable Runnable beforeRead;
    private @Nullable Runnable afterCommit;

    public synchronized void failWith(@Nullable Fault fault) {
        this.fault = fault;
    }

    public void beforeEachRead(@Nullable Runnable action) {
        this.beforeRead = action;
    }

    public void afterEachCommit(@Nullable Runnable action) {
        this.afterCommit = action;
    }

    /** Lets every row look as if it was renewed so long ago. */
    public synchronized void rowsAreIdleFor(long millis) {
        this.idleMillis = millis;
    }

    /** What a backup of this store has. */
    public synchronized Runnable backup() {
        Map<String, Long> oldCounts = new TreeMap<>(counts);
        Map<String, LedgerRow> oldLedger = new HashMap<>(ledger);
        return () -> {
            synchronized (this) {
                counts = new TreeMap<>(oldCounts);
                ledger = new HashMap<>(oldLedger);
            }
        };
    }

    @Override
    public Applied apply(Chunk chunk) throws StoreException {
        Applied applied = applyOnce(chunk);
        Runnable action = afterCommit;
        if (action != null) {
            action.run();
        }
        return applied;
    }

    private synchronized Applied applyOnce(Chunk chunk) throws StoreException {
        requireUp();
        LedgerRow row = ledger.get(chunk.journal());
        boolean expected = row != null
                && row.isOwnedBy(chunk.owner(), chunk.epoch())
                && row.position().equals(chunk.before());
        if (expected) {
            ledger.put(chunk.journal(), moved(row, chunk.after()));
            for (int i = 0; i < chunk.size(); i++) {
                counts.merge(chunk.id(i), chunk.count(i), Long::sum);
                for (Bucket bucket : chunk.buckets()) {
                    buckets.computeIfAbsent(bucket, first -> new TreeMap<>())
                            .merge(chunk.id(i), chunk.count(i), Long::sum);
                }
            }
            sizes.add(chunk.size());
        }
        loseAnswer();
        return expected ? Applied.applied(2, 0, 0, 0) : Applied.notAsExpected(row, 2);
    }

    private static LedgerRow moved(LedgerRow row, Position position) {
        return new LedgerRow(row.journal(), row.owner(), row.epoch(), position, row.renewMillis(), 0);
    }

    private void requireUp() throws StoreException {
        if (fault == Fault.NOT_APPLIED) {
            throw new StoreException("the store is down");
        }
    }

    private void loseAnswer() throws StoreException {
        if (fault == Fault.APPLIED_ANSWER_LOST) {
            throw new StoreException("the answer is lost");
        }
    }

    @Override
    public StoredCounts read(Collection<String> ids, Collection<String> journals) {
        Runnable action = beforeRead;
        if (action != null) {
            action.run();
        }
        synchronized (this) {
            Map<String, Long> found = new HashMap<>(counts);
            found.keySet().retainAll(Set.copyOf(ids));
            Map<String, Position> positions = new HashMap<>();
            for (String journal : journals) {
                if (ledger.containsKey(journal)) {
                    positions.put(journal, ledger.get(journal).position());
                }
            }
            return new StoredCounts(found, positions);
        }
    }

    @Override
    public void prepare(Buckets wanted) throws StoreException {
        requireUp();
    }

    @Override
    public StoredSeries read(Collection<String> ids, List<Bucket> wanted, Collection<String> journals) {
        Map<String, Position> positions = read(ids, journals).positions();
        Map<String, Map<Long, Long>> found = new HashMap<>();
        synchronized (this) {
            for (Bucket bucket : wanted) {
                buckets.getOrDefault(bucket, Map.of()).forEach((id, views) -> {
                    if (ids.contains(id)) {
                        found.computeIfAbsent(id, first -> new HashMap<>())
                                .put(bucket.start().toEpochMilli(), views);
                    }
                });
            }
        }
        return new StoredSeries(found, positions);
    }

    /** The views in each bucket that has some. */
    public synchronized Map<Bucket, Map<String, Long>> buckets() {
        return new HashMap<>(buckets);
    }

    @Override
    public synchronized Optional<LedgerRow> row(String journal) throws StoreException {
        requireUp();
        LedgerRow row = ledger.get(journal);
        return row == null
                ? Optional.empty()
                : Optional.of(new LedgerRow(
                        journal, row.owner(), row.epoch(), row.position(), row.renewMillis(), idleMillis));
    }

    @Override
    public synchronized LedgerRow claim(Claim claim) throws StoreException {
        requireUp();
        LedgerRow seen = claim.seen();
        LedgerRow row = ledger.get(claim.journal());
        if (row == null) {
            row = new LedgerRow(claim.journal(), claim.owner(), 1, Position.START, claim.renewMillis(), 0);
        } else if (seen != null && row.isOwnedBy(seen.owner(), seen.epoch())) {
            row = new LedgerRow(
                    claim.journal(), claim.owner(), row.epoch() + 1, row.position(), claim.renewMillis(), 0);
        }
        ledger.put(claim.journal(), row);
        return row;
    }

    @Override
    public synchronized int renew(String owner, Map<String, Position> expected) throws StoreException {
        requireUp();
        int same = 0;
        for (Map.Entry<String, Position> one : expected.entrySet()) {
            LedgerRow row = ledger.get(one.getKey());
            same += row != null && row.owner().equals(owner) && row.position().equals(one.getValue()) ? 1 : 0;
        }
        return same;
    }

    @Override
    public synchronized void release(String owner, Collection<String> journals, boolean finished)
            throws StoreException {
        requireUp();
        for (String journal : journals) {
            LedgerRow row = ledger.get(journal);
            if (row != null && row.owner().equals(owner)) {
                if (finished) {
                    ledger.remove(journal);
                } else {
                    ledger.put(journal, new LedgerRow(journal, "", row.epoch(), row.position(), row.renewMillis(), 0));
                }
            }
        }
    }

    public synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    public synchronized int ledgerRows() {
        return ledger.size();
    }

    synchronized Set<Integer> chunkSizes() {
        return Set.copyOf(sizes);
    }
}
