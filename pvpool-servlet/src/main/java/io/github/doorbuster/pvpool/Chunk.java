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
    private final long[] weights;
    private final int from;
    private final int to;
    private final int units;
    private final long views;

    /** With the units {@code from} to {@code to - 1} of a batch. */
    Chunk(
            String journal,
            String owner,
            long epoch,
            List<Bucket> buckets,
            Position before,
            Position after,
            String[] units,
            long[] counts,
            int from,
            int to) {
        this.journal = journal;
        this.owner = owner;
        this.epoch = epoch;
        this.buckets = buckets;
        this.before = before;
        this.after = after;
        this.units = to - from;
        this.views = Arrays.stream(counts, from, to).sum();
        Items items = Arrays.stream(units, from, to).anyMatch(Units::isDecrement)
                ? Items.of(units, counts, from, to)
                : new Items(units, counts, counts, from, to);
        this.ids = items.ids;
        this.counts = items.counts;
        this.weights = items.weights;
        this.from = items.from;
        this.to = items.to;
    }

    /** The rows of the store: one per item, with what its units add up to. */
    private record Items(String[] ids, long[] counts, long[] weights, int from, int to) {

        /** Adds the units of each item up, which are neighbours. */
        static Items of(String[] units, long[] counts, int from, int to) {
            Items items = new Items(new String[to - from], new long[to - from], new long[to - from], 0, 0);
            int size = 0;
            for (int i = from; i < to; i++) {
                String id = Units.itemOf(units[i]);
                if (size == 0 || !items.ids[size - 1].equals(id)) {
                    items.ids[size++] = id;
                }
                items.counts[size - 1] += Units.signed(units[i], counts[i]);
                items.weights[size - 1] += counts[i];
            }
            return new Items(items.ids, items.counts, items.weights, 0, size);
        }
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

    /** How many units of the batch this chunk has. */
    int units() {
        return units;
    }

    /** {@return what is added to the count of the item in a row; below 1 only if views were taken off} */
    public long count(int row) {
        return counts[from + row];
    }

    /** {@return the views of the item in a row, at least 1, those that are taken off included} */
    public long weight(int row) {
        return weights[from + row];
    }

    /** {@return the views of all items, those that are taken off included} */
    public long views() {
        return views;
    }
}
