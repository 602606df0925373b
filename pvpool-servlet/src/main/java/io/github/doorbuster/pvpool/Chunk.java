package io.github.doorbuster.pvpool;

/** A run of one segment's counts, sorted by id: what one transaction adds. */
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

    /**
     * The segment this chunk was cut from.
     *
     * @return 32 hexadecimal digits, unique among all nodes
     */
    public String segment() {
        return segment;
    }

    /**
     * The chunk's place in its segment.
     *
     * @return 0 for the first
     */
    public int number() {
        return number;
    }

    /**
     * How many items the chunk holds.
     *
     * @return at least 1
     */
    public int size() {
        return to - from;
    }

    /**
     * An item.
     *
     * @param row 0 to {@code size() - 1}
     * @return its id
     */
    public String id(int row) {
        return ids[from + row];
    }

    /**
     * The views of an item.
     *
     * @param row 0 to {@code size() - 1}
     * @return at least 1
     */
    public long count(int row) {
        return counts[from + row];
    }

    /**
     * The views in this chunk.
     *
     * @return the sum of its counts
     */
    public long views() {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += counts[i];
        }
        return sum;
    }
}
