package io.github.doorbuster.pvpool;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store in memory. Tests let it fail. */
public final class MemoryStore implements PvStore {

    /** How the next transactions fail. */
    public enum Fault {
        NOT_APPLIED,
        APPLIED_ANSWER_LOST
    }

    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Set<Integer>> ledger = new HashMap<>();
    private final Set<Integer> sizes = new HashSet<>();
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
        if (fault == Fault.NOT_APPLIED) {
            throw new StoreException("the store is down");
        }
        boolean recorded = ledger.computeIfAbsent(chunk.segment(), first -> new HashSet<>())
                .add(chunk.number());
        if (recorded) {
            for (int row = 0; row < chunk.size(); row++) {
                counts.merge(chunk.id(row), chunk.count(row), Long::sum);
            }
            sizes.add(chunk.size());
        }
        if (fault == Fault.APPLIED_ANSWER_LOST) {
            throw new StoreException("the answer is lost");
        }
        return new Applied(!recorded, 2, 0, 0, 0);
    }

    @Override
    public StoredCounts read(Collection<String> ids, Collection<String> segments) {
        Runnable action = beforeRead;
        if (action != null) {
            action.run();
        }
        synchronized (this) {
            Map<String, Long> found = new HashMap<>(counts);
            found.keySet().retainAll(Set.copyOf(ids));
            Map<String, Set<Integer>> applied = new HashMap<>();
            for (String segment : segments) {
                if (ledger.containsKey(segment)) {
                    applied.put(segment, Set.copyOf(ledger.get(segment)));
                }
            }
            return new StoredCounts(found, applied);
        }
    }

    @Override
    public synchronized void forget(String segment) {
        ledger.remove(segment);
    }

    public synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    synchronized int ledgerSegments() {
        return ledger.size();
    }

    synchronized Set<Integer> chunkSizes() {
        return Set.copyOf(sizes);
    }
}
