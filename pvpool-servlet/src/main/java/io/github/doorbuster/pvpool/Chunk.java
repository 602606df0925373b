package io.github.doorbuster.pvpool;

/** The part of a segment's counts that one transaction adds to the store, sorted by id. Immutable. */
public final class Chunk {

    private final String segment;
    private final int number;
    private final String[] ids;
    private final long[] counts;
    private final int from;
    private final int to;

    Chunk(String segment, int number, String[] ids, long[] counts, int from, int to) {
        this.segment = segment;
        this.number = number;
        this.ids = ids;
        this.counts = counts;
        this.from = from;
        this.to = to;
    }

    /** {@return the id of the segment: 32 hexadecimal digits, unique among all nodes} */
    public String segment() {
        return segment;
    }

    /** {@return the number of the chunk in its segment, from 0} */
    public int number() {
        return number;
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
