package io.github.doorbuster.httpstats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The last {@code bufferSize} samples, however old. Several writers add samples in batches, so a batch may arrive after
 * a younger one. So the ring has room for every batch that can be late, and a reader selects the last samples. Samples
 * of the same millisecond are in the order in which they were added. Thread-safe.
 */
final class LastSamples implements Reservoir {

    private static final int BATCH = 64;

    /** How many samples a reader copies while it holds the lock, in a few tens of microseconds. */
    private static final int CHUNK = 4096;

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int CLASS_BITS = 3;

    /** Enough to number the samples of the largest ring. */
    private static final int AGE_BITS = 24;

    /**
     * Guards the ring. Fair, because a reader that takes it chunk by chunk would otherwise overtake waiting writers.
     */
    private final ReentrantLock lock;

    private final int bufferSize;
    private final int routes;
    private final long origin;
    private final long[] nanos;
    private final long[] slices;
    private final short[] tags;
    private long added;

    LastSamples(int bufferSize, int routes, int writers, long nanoTime) {
        this(bufferSize, routes, writers, nanoTime, new ReentrantLock(true));
    }

    LastSamples(int bufferSize, int routes, int writers, long nanoTime, ReentrantLock lock) {
        this(lock, bufferSize, routes, nanoTime, bufferSize + (writers + 1) * 2 * BATCH);
    }

    private LastSamples(ReentrantLock lock, int bufferSize, int routes, long origin, int length) {
        this.lock = lock;
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
    public long sliceOf(int windowSlice, long nanoTime) {
        return Math.floorDiv(nanoTime - origin, SLICE_NANOS);
    }

    @Override
    public boolean add(long slice, int route, int statusClass, long[] times, int from, int to, boolean wait) {
        if (!lock.tryLock()) {
            if (!wait) {
                return false;
            }
            lock.lock();
        }
        try {
            int slot = slot(added);
            for (int i = from; i < to; i++) {
                nanos[slot] = times[i];
                slices[slot] = slice;
                tags[slot] = (short) (route << CLASS_BITS | statusClass);
                slot = slot + 1 == nanos.length ? 0 : slot + 1;
            }
            added += to - from;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private int slot(long number) {
        return (int) (number % nanos.length);
    }

    @Override
    public ReservoirSnapshot snapshot(int windowSlice, long nanoTime, Latencies latencies) {
        boolean complete = holdingLock(() -> added == 0);
        LastSamples copy = new LastSamples(lock, bufferSize, routes, origin, complete ? 0 : nanos.length);
        while (!complete) {
            complete = holdingLock(() -> copy.catchUpWith(this));
        }
        return copy.summarize(nanoTime, latencies);
    }

    private boolean holdingLock(BooleanSupplier condition) {
        lock.lock();
        try {
            return condition.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    /** Copies the next chunk, oldest first, because writers also overwrite the oldest samples between two chunks. */
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

    private ReservoirSnapshot summarize(long nanoTime, Latencies latencies) {
        int[] last = last();
        Histogram histogram = Histograms.newSum();
        DurationStats stats = new DurationStats();
        for (int slot : last) {
            stats.add(nanos[slot]);
            histogram.recordValue(Histograms.clamp(nanos[slot]));
        }
        List<@Nullable Histogram> histograms = new ArrayList<>(Collections.nCopies(routes, null));
        List<Latency> byRoute = group(last, routes, slot -> tags[slot] >>> CLASS_BITS, latencies, histograms);
        List<Latency> byStatusClass =
                group(last, STATUS_CLASSES, slot -> tags[slot] & (1 << CLASS_BITS) - 1, latencies, null);
        long span = last.length == 0 ? 0 : Math.max(0, nanoTime - origin - slices[last[0]] * SLICE_NANOS);
        return new ReservoirSnapshot(
                latencies.of(stats, histogram), byRoute, byStatusClass, histogram, histograms, span);
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

    private List<Latency> group(
            int[] slots,
            int groups,
            IntUnaryOperator groupOf,
            Latencies latencies,
            @Nullable List<@Nullable Histogram> histograms) {
        long[] order = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
            order[i] = (long) groupOf.applyAsInt(slots[i]) << Integer.SIZE | slots[i];
        }
        Arrays.sort(order);
        List<Latency> byGroup = new ArrayList<>(Collections.nCopies(groups, latencies.empty()));
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
            byGroup.set(group, latencies.of(stats, histogram));
            if (histograms != null) {
                histograms.set(group, Histograms.compactCopy(histogram));
            }
        }
        return byGroup;
    }
}
