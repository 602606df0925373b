package io.github.doorbuster.httpstats;

/** Samples that wait to be moved together. Plain data; the owner guards it with its lock. */
final class SampleBatch {

    /** The highest number of a series. Higher numbers are for times that are not response times. */
    private static final int SERIES_BITS = 14;

    static final int FIRST_BYTE = (1 << SERIES_BITS) - 1;
    static final int QUEUE_TIME = FIRST_BYTE - 1;

    private static final int SLICE_MASK = -1 >>> SERIES_BITS;

    private static final int PADDING = CacheLinePadding.ELEMENTS;

    private final int batchSize;

    /** The series in the lower bits, the lower bits of the slice above them. */
    private final int[] keys;

    private final long[] nanos;
    private int end = PADDING;

    /** From this size on, each new sample tries to move the batch. */
    private int moveAt;

    /** The slices of the first and of the latest sample. The slices of all others are close to them. */
    private long firstSlice;

    private long lastSlice;

    SampleBatch(int batchSize) {
        this.batchSize = batchSize;
        keys = new int[2 * batchSize + 2 * PADDING];
        nanos = new long[keys.length];
        moveAt = PADDING + batchSize;
    }

    int batchSize() {
        return batchSize;
    }

    void add(SampleSink sink, int series, long time, long slice) {
        if (end == PADDING) {
            firstSlice = slice;
            lastSlice = slice;
        } else if (slice - firstSlice > SLICE_MASK / 2) {
            moveTo(sink, true);
            firstSlice = slice;
        }
        lastSlice = Math.max(lastSlice, slice);
        keys[end] = (int) slice << SERIES_BITS | series;
        nanos[end] = time;
        if (++end >= moveAt) {
            moveTo(sink, end == keys.length - PADDING);
        }
    }

    /**
     * Moves consecutive samples of one series together, because most requests belong to a few series. If the sink
     * throws an error, the samples that it was given last are lost; those after them stay here.
     */
    void moveTo(SampleSink sink, boolean wait) {
        int kept = PADDING;
        int from = PADDING;
        try {
            while (from < end) {
                int first = from;
                int key = keys[first];
                do {
                    from++;
                } while (from < end && keys[from] == key);
                long slice = lastSlice - ((int) lastSlice - (key >>> SERIES_BITS) & SLICE_MASK);
                if (!sink.add(slice, key & FIRST_BYTE, nanos, first, from, wait)) {
                    kept = keep(first, from, kept);
                }
            }
        } finally {
            end = keep(from, end, kept);
            moveAt = Math.min(end + batchSize, keys.length - PADDING);
        }
    }

    /** Moves samples to the front of the batch, and returns where they end. */
    private int keep(int first, int last, int at) {
        System.arraycopy(keys, first, keys, at, last - first);
        System.arraycopy(nanos, first, nanos, at, last - first);
        return at + last - first;
    }

    /** Moves everything to an empty batch of the same size. */
    void moveTo(SampleBatch other) {
        System.arraycopy(keys, PADDING, other.keys, PADDING, end - PADDING);
        System.arraycopy(nanos, PADDING, other.nanos, PADDING, end - PADDING);
        other.end = end;
        other.firstSlice = firstSlice;
        other.lastSlice = lastSlice;
        end = PADDING;
        moveAt = PADDING + batchSize;
    }
}
