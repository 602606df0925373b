package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.Latency;
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
 * The last {@code bufferSize} samples, however old. Several writers add theirs in batches, so a batch may arrive after
 * younger ones. The ring therefore has room for every batch that can be overtaken, and a reader sorts out which samples
 * are the last. Samples of the same millisecond are in the order in which they were added.
 */
final class LastSamples implements Reservoir {

    private static final int BATCH = 64;

    /** How many samples a reader copies while it holds the lock, which takes some ten microseconds. */
    private static final int CHUNK = 4096;

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int CLASS_BITS = 3;

    /** Enough to number the samples of the largest ring. */
    private static final int AGE_BITS = 24;

    private final int bufferSize;
    private final int routes;
    private final long origin;
    private final long[] nanos;
    private final long[] slices;
    private final short[] tags;
    private long added;

    LastSamples(int bufferSize, int routes, int writers, long nanoTime) {
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
    public ReservoirSnapshot snapshot(long nanoTime, Lock lock) {
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

    /** Copies the next chunk, oldest first: what writers overwrite between two chunks is then the oldest as well. */
    private boolean catchUpWith(LastSamples original) {
        added = Math.max(added, original.added - nanos.length);
        int slot = slot(added);
        int length = (int) Math.min(original.added - added, Math.min(CHUNK, nanos.length - slot));
        System.arraycopy(original.nanos, slot, nanos, slot, length);
        System.arraycopy(original.slices, slot, slices, slot, length);
        System.arraycopy(original.tags, slot, tags, slot, length);
        added += length;
        return added == original.added;
    }

    private ReservoirSnapshot summarize() {
        int[] last = last();
        Histogram histogram = Histograms.newSum();
        DurationStats stats = new DurationStats();
        for (int slot : last) {
            stats.add(nanos[slot]);
            histogram.recordValue(Histograms.clamp(nanos[slot]));
        }
        List<Latency> byRoute = group(last, routes, slot -> tags[slot] >>> CLASS_BITS);
        List<Latency> byStatusClass = group(last, STATUS_CLASSES, slot -> tags[slot] & (1 << CLASS_BITS) - 1);
        return new ReservoirSnapshot(Latency.of(stats, histogram), byRoute, byStatusClass, histogram, 0);
    }

    /** {@return the slots of the last samples, ordered by slice, and within a slice in the order they were added} */
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

    private List<Latency> group(int[] slots, int groups, IntUnaryOperator groupOf) {
        long[] order = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
            order[i] = (long) groupOf.applyAsInt(slots[i]) << Integer.SIZE | slots[i];
        }
        Arrays.sort(order);
        List<Latency> latencies = new ArrayList<>(Collections.nCopies(groups, Latency.EMPTY));
        Histogram histogram = Histograms.newSum();
        for (int from = 0; from < order.length; ) {
            int group = (int) (order[from] >>> Integer.SIZE);
            DurationStats stats = new DurationStats();
            histogram.reset();
            for (; from < order.length && order[from] >>> Integer.SIZE == group; from++) {
                long time = nanos[(int) order[from]];
                stats.add(time);
                histogram.recordValue(Histograms.clamp(time));
            }
            latencies.set(group, Latency.of(stats, histogram));
        }
        return latencies;
    }
}
