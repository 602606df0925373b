package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PvStore.Applied;
import io.github.doorbuster.pvpool.PvStore.Claim;
import io.github.doorbuster.pvpool.PvStore.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A journal without a pool: makes chunks, and applies them to a store. */
public final class Chunks {

    private final String owner = newId();
    private final String journal;
    private final long epoch;
    private Position position = Position.START;
    private List<Bucket> buckets = List.of();

    private Chunks(String journal, long epoch) {
        this.journal = journal;
        this.epoch = epoch;
    }

    /** A new journal, which this owner has claimed. */
    public static Chunks claimed(PvStore store) throws StoreException {
        Chunks chunks = new Chunks(newId(), 1);
        store.claim(new Claim(chunks.journal, chunks.owner, null, false, 1000));
        return chunks;
    }

    /** Applies counts to a store under a new journal. */
    public static Applied apply(PvStore store, Map<String, Long> counts) throws StoreException {
        Applied applied = store.apply(claimed(store).next(counts));
        if (applied.outcome() != Outcome.APPLIED) {
            throw new IllegalStateException("not applied: " + applied);
        }
        return applied;
    }

    static String newId() {
        return NoJournal.newId();
    }

    public String journal() {
        return journal;
    }

    public String owner() {
        return owner;
    }

    public Position position() {
        return position;
    }

    /** Lets the views of further chunks be accepted in these buckets. */
    public Chunks in(List<Bucket> accepted) {
        buckets = accepted;
        return this;
    }

    /** The chunk after the last one, as the pool makes it, sorted by id. */
    public Chunk next(Map<String, Long> counts) {
        Map<String, Long> sorted = new TreeMap<>(counts);
        return next(
                sorted.keySet().toArray(new String[0]),
                sorted.values().stream().mapToLong(Long::longValue).toArray());
    }

    /** The chunk after the last one, with one view of each item in the given order. */
    public Chunk inOrder(List<String> ids) {
        long[] counts = new long[ids.size()];
        Arrays.fill(counts, 1);
        return next(ids.toArray(new String[0]), counts);
    }

    private Chunk next(String[] ids, long[] counts) {
        Position after = new Position(
                position.segment() + 1,
                ids[ids.length - 1],
                position.views() + Arrays.stream(counts).sum());
        Chunk chunk = new Chunk(journal, owner, epoch, buckets, position, after, ids, counts, 0, ids.length);
        position = after;
        return chunk;
    }
}
