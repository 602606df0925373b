package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Slot.Counter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The part of a segment's counts that one transaction adds to the store, sorted by id. Immutable. */
public final class Chunk {

    private final String journal;
    private final String owner;
    private final long epoch;
    private final List<Bucket> buckets;
    private final Position before;
    private final Position after;
    private final String[] ids;
    private final long[] counts;
    private final int from;
    private final int to;

    Chunk(
            String journal,
            String owner,
            long epoch,
            List<Bucket> buckets,
            Position before,
            Position after,
            String[] ids,
            long[] counts,
            int from,
            int to) {
        this.journal = journal;
        this.owner = owner;
        this.epoch = epoch;
        this.buckets = buckets;
        this.before = before;
        this.after = after;
        this.ids = ids;
        this.counts = counts;
        this.from = from;
        this.to = to;
    }

    /** Views of items that are applied already, without these views. */
    static Chunk ofLaterViews(
            String journal,
            String owner,
            long epoch,
            List<Bucket> buckets,
            Position before,
            Map<String, Counter> views) {
        String[] ids = views.keySet().toArray(new String[0]);
        Arrays.sort(ids);
        long[] counts = Arrays.stream(ids).mapToLong(id -> views.get(id).views).toArray();
        Position after = new Position(
                before.segment(),
                before.item(),
                before.views() + Arrays.stream(counts).sum());
        return new Chunk(journal, owner, epoch, buckets, before, after, ids, counts, 0, ids.length);
    }

    /** {@return the id of the journal: 32 hexadecimal digits, unique among all nodes} */
    public String journal() {
        return journal;
    }

    /** {@return the token of the process that must own the journal} */
    public String owner() {
        return owner;
    }

    /** {@return the epoch of the owner} */
    public long epoch() {
        return epoch;
    }

    /** {@return the buckets of time in which the views were accepted; empty without buckets} */
    public List<Bucket> buckets() {
        return buckets;
    }

    /** {@return the position at which the journal must be} */
    public Position before() {
        return before;
    }

    /** {@return the position of the journal with this chunk} */
    public Position after() {
        return after;
    }

    /** {@return the number of items, at least 1} */
    public int size() {
        return to - from;
    }

    /** {@return the id of the item in a row, from 0} */
    public String id(int row) {
        return ids[from + row];
    }

    /** {@return the views of the item in a row, at least 1} */
    public long count(int row) {
        return counts[from + row];
    }

    /** {@return the views of all items} */
    public long views() {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += counts[i];
        }
        return sum;
    }
}
