package io.github.doorbuster.httpstats.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import org.HdrHistogram.Histogram;

/**
 * The last {@code bufferSize} sampled times, however old. Several writers bring theirs by the batch, so a batch may
 * come after younger ones: the ring has room for all that can be overtaken, and a reader sorts out the last. Of times
 * measured within the same millisecond, those that came last are the last.
 */
public final class LastSamples implements LatencyReservoir {

    private static final int BATCH = 64;

    /** How many samples a reader copies while writers wait: some ten microseconds. */
    private static final int PIECE = 4096;

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int CLASS_BITS = 3;

    /** Enough to number what the largest ring holds. */
    private static final int AGE_BITS = 24;

    private final int bufferSize;
    private final int routes;
    private final long origin;
    private final long[] nanos;
    private final long[] slices;
    private final short[] tags;
    private long added;

    /**
     * Makes an empty ring.
     *
     * @param bufferSize how many samples are the last
     * @param routes how many routes there can be
     * @param writers how many gather batches at the same time
     * @param nanoTime the present moment
     */
    public LastSamples(int bufferSize, int routes, int writers, long nanoTime) {
        this(bufferSize, routes, nanoTime, bufferSize + writers * 2 * BATCH);
    }

    private LastSamples(int bufferSize, int routes, long origin, int length) {
        this.bufferSize = bufferSize;
        this.routes = routes;
        this.origin = origin;
        nanos = new long[length];
        slices = new long[length];
        tags = new short[length];
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public long sliceAt(long nanoTime) {
        return Math.floorDiv(nanoTime - origin, SLICE_NANOS);
    }

    @Override
    public long endOf(long slice) {
        return origin + (slice + 1) * SLICE_NANOS;
    }

    @Override
    public void add(long slice, int route, int statusClass, long[] times, int from, int to) {
        int slot = slot(added);
        for (int i = from; i < to; i++) {
            nanos[slot] = times[i];
            slices[slot] = slice;
            tags[slot] = (short) (route << CLASS_BITS | statusClass);
            slot = slot + 1 == nanos.length ? 0 : slot + 1;
        }
        added += to - from;
    }

    private int slot(long number) {
        return (int) (number % nanos.length);
    }

    @Override
    public Latencies read(long nanoTime, Lock lock) {
        boolean complete = holding(lock, () -> added == 0);
        LastSamples copy = new LastSamples(bufferSize, routes, origin, complete ? 0 : nanos.length);
        while (!complete) {
            complete = holding(lock, () -> copy.catchUpWith(this));
        }
        return copy.summarize();
    }

    private static boolean holding(Lock lock, BooleanSupplier condition) {
        lock.lock();
        try {
            return condition.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    /** Copies the next piece in the order it came, so that what is overwritten in the meantime is the oldest. */
    private boolean catchUpWith(LastSamples original) {
        added = Math.max(added, original.added - nanos.length);
        int slot = slot(added);
        int length = (int) Math.min(original.added - added, Math.min(PIECE, nanos.length - slot));
        System.arraycopy(original.nanos, slot, nanos, slot, length);
        System.arraycopy(original.slices, slot, slices, slot, length);
        System.arraycopy(original.tags, slot, tags, slot, length);
        added += length;
        return added == original.added;
    }

    private Latencies summarize() {
        int[] last = last();
        Histogram total = Resolution.sum();
        Tally tally = new Tally();
        for (int slot : last) {
            tally.add(nanos[slot]);
            total.recordValue(Resolution.clamp(nanos[slot]));
        }
        List<LatencySummary> byRoute = summaries(last, routes, slot -> tags[slot] >>> CLASS_BITS);
        List<LatencySummary> byClass = summaries(last, STATUS_CLASSES, slot -> tags[slot] & (1 << CLASS_BITS) - 1);
        return new Latencies(LatencySummary.of(tally, total), byRoute, byClass, total, 0);
    }

    /** The slots of the last samples: sorted by their slices, and by how they came within a slice. */
    private int[] last() {
        int held = (int) Math.min(added, nanos.length);
        long oldest = added - held;
        long[] order = new long[held];
        for (int age = 0; age < held; age++) {
            order[age] = slices[slot(oldest + age)] << AGE_BITS | age;
        }
        Arrays.sort(order);
        int[] slots = new int[Math.min(held, bufferSize)];
        for (int i = 0; i < slots.length; i++) {
            int age = (int) order[held - slots.length + i] & (1 << AGE_BITS) - 1;
            slots[i] = slot(oldest + age);
        }
        return slots;
    }

    private List<LatencySummary> summaries(int[] slots, int groups, IntUnaryOperator groupOf) {
        long[] order = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
            order[i] = (long) groupOf.applyAsInt(slots[i]) << Integer.SIZE | slots[i];
        }
        Arrays.sort(order);
        List<LatencySummary> summaries = new ArrayList<>(Collections.nCopies(groups, LatencySummary.EMPTY));
        Histogram scratch = Resolution.sum();
        for (int from = 0; from < order.length; ) {
            int group = (int) (order[from] >>> Integer.SIZE);
            Tally tally = new Tally();
            scratch.reset();
            for (; from < order.length && order[from] >>> Integer.SIZE == group; from++) {
                long time = nanos[(int) order[from]];
                tally.add(time);
                scratch.recordValue(Resolution.clamp(time));
            }
            summaries.set(group, LatencySummary.of(tally, scratch));
        }
        return summaries;
    }
}
