package io.github.doorbuster.httpstats;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Samples that wait to be moved together. One thread at a time adds samples, which the owner sees to; it needs no lock
 * for that. {@link #lock} is held to move samples: by the adding thread when the batch is complete, and by readers at
 * any time. Both arrays are allocated for the first sample.
 */
class SampleBatch extends CacheLinePadding {

    /** The highest number of a series. Higher numbers are for times that are not response times. */
    private static final int SERIES_BITS = 14;

    static final int FIRST_BYTE = (1 << SERIES_BITS) - 1;
    static final int QUEUE_TIME = FIRST_BYTE - 1;

    /** How far the slice of a sample may be from that of the first sample. */
    private static final long SLICE_RANGE = (1L << (Integer.SIZE - SERIES_BITS - 1)) - 1;

    private static final int PADDING = CacheLinePadding.ELEMENTS;
    private static final VarHandle END;

    static {
        try {
            END = MethodHandles.lookup().findVarHandle(SampleBatch.class, "end", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int batchSize;
    private final ReentrantLock lock = new ReentrantLock();

    /** The series in the lower bits, the lower bits of the slice above them. */
    private int[] keys = new int[0];

    private long[] nanos = new long[0];

    /** The adding thread sets it when a sample is complete. It is reduced under the lock only. */
    private int end = PADDING;

    /** From this size on, each new sample tries to move the batch. */
    private int moveAt;

    /** The slice of the first sample in the arrays. It does not change while there are samples. */
    private long firstSlice;

    /** Samples before this one have been moved. */
    @GuardedBy("lock")
    private int start = PADDING;

    SampleBatch(int batchSize) {
        this.batchSize = batchSize;
        moveAt = PADDING + batchSize;
    }

    final int batchSize() {
        return batchSize;
    }

    private int limit() {
        return PADDING + 2 * batchSize;
    }

    private void allocate() {
        if (keys.length == 0) {
            int[] newKeys = new int[limit() + PADDING];
            nanos = new long[newKeys.length];
            keys = newKeys;
        }
    }

    /**
     * Adds a sample. Returns whether the batch is complete; the caller then calls {@link #moveComplete}. It is not
     * called here, so that this method remains small enough for the JIT compiler to inline it in every request.
     */
    final boolean add(SampleSink sink, int series, long time, long slice) {
        if (end != PADDING && Math.abs(slice - firstSlice) > SLICE_RANGE) {
            moveTo(sink, true);
        }
        int at = end;
        if (at == PADDING) {
            allocate();
            firstSlice = slice;
        }
        keys[at] = (int) slice << SERIES_BITS | series;
        nanos[at] = time;
        END.setRelease(this, at + 1);
        return at + 1 >= moveAt;
    }

    /** Moves a complete batch to the sink, except samples whose histogram is busy. */
    final void moveComplete(SampleSink sink) {
        boolean full = end == limit();
        if (full) {
            lock.lock();
        } else if (!lock.tryLock()) {
            moveAt = limit(); // A reader moves the batch at the moment.
            return;
        }
        try {
            move(sink, full);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves the samples to a sink; only for the thread that adds samples. If the sink throws an error, the samples that
     * it was given last are lost; those after them stay here.
     *
     * @param wait whether to wait for busy histograms; otherwise, their samples stay here
     */
    final void moveTo(SampleSink sink, boolean wait) {
        lock.lock();
        try {
            move(sink, wait);
        } finally {
            lock.unlock();
        }
    }

    /** Moves consecutive samples of one series together, because most requests belong to a few series. */
    @GuardedBy("lock")
    private void move(SampleSink sink, boolean wait) {
        if (end == PADDING) {
            return; // There may be no arrays yet.
        }
        int kept = PADDING;
        int from = start;
        try {
            while (from < end) {
                int first = from;
                int key = keys[first];
                do {
                    from++;
                } while (from < end && keys[from] == key);
                int sinceFirst = ((key >> SERIES_BITS) - (int) firstSlice) << SERIES_BITS >> SERIES_BITS;
                if (!sink.add(firstSlice + sinceFirst, key & FIRST_BYTE, nanos, first, from, wait)) {
                    kept = keep(first, from, kept);
                }
            }
        } finally {
            kept = keep(from, end, kept);
            start = PADDING;
            END.setRelease(this, kept);
            moveAt = Math.min(kept + batchSize, limit());
        }
    }

    /** Moves samples to the front of the batch, and returns where they end. */
    private int keep(int first, int last, int at) {
        System.arraycopy(keys, first, keys, at, last - first);
        System.arraycopy(nanos, first, nanos, at, last - first);
        return at + last - first;
    }

    /** Moves everything to an empty batch of the same size; for any thread. */
    final void moveTo(SampleBatch other) {
        lock.lock();
        try {
            int to = (int) END.getAcquire(this);
            if (start < to) {
                other.fill(keys, nanos, start, to - start, firstSlice);
                start = to;
            }
        } finally {
            lock.unlock();
        }
    }

    private void fill(int[] fromKeys, long[] fromNanos, int from, int length, long slice) {
        allocate();
        System.arraycopy(fromKeys, from, keys, PADDING, length);
        System.arraycopy(fromNanos, from, nanos, PADDING, length);
        firstSlice = slice;
        end = PADDING + length;
    }

    /** A batch with padding after its fields too. */
    static final class Padded extends SampleBatch {

        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;

        Padded(int batchSize) {
            super(batchSize);
        }
    }
}
