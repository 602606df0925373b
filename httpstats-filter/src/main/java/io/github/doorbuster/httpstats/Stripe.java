package io.github.doorbuster.httpstats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One of several sets of counters, striped as in {@link java.util.concurrent.atomic.LongAdder}.
 *
 * <p><b>Locks.</b> {@link #tryLock} guards all fields of a stripe but {@link #begun} and {@link #ended}, which are
 * written under it and also read without it. A request locks one stripe when it begins and one when it ends, and never
 * holds two. It holds the lock for a few tens of nanoseconds, and allocates only when a series is counted here for the
 * first time. When a batch of samples is complete, the request that completes it moves the batch into the histograms:
 * it holds the stripe and tries the lock of each histogram in turn, for less than a microsecond each. If a histogram is
 * busy, the request does not wait: the samples stay here, and are moved later. So the lock order is stripe, histogram
 * of a route, histogram of a status class. A thread that holds a histogram does not lock a stripe. A reader locks one
 * stripe at a time, to copy it, and one histogram at a time, to copy that; it computes without any lock.
 */
class Stripe extends CacheLinePadding {

    /** What {@link #begin} returns: the bits say what the caller does next. */
    static final int TIMED = 1;

    /** More requests of this stripe are in flight than ever before in this slice. */
    static final int PEAK = 2;

    private static final VarHandle LOCKED;
    private static final VarHandle BEGUN;
    private static final VarHandle ENDED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LOCKED = lookup.findVarHandle(Stripe.class, "locked", int.class);
            BEGUN = lookup.findVarHandle(Stripe.class, "begun", long.class);
            ENDED = lookup.findVarHandle(Stripe.class, "ended", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The initial number of series; the array doubles as needed. */
    private static final int INITIAL_SERIES = 62;

    /** How many slices a reader may be late; a power of two together with the slices of the window. */
    private static final int MARKS = 8;

    private final int index;
    private long begun;
    private long ended;
    private long aborted;
    private long streamed;
    private long random;

    /** The slice that is counted now. */
    private int slice;

    /** The most requests in flight in this slice: begun here minus ended here, which may be negative. */
    private long peak;

    private final long[] peaks = new long[MARKS];

    private long[] counts = new long[INITIAL_SERIES + 2 * ELEMENTS];

    /** The lower halves of {@link #counts} at the beginning of each slice. */
    private final int[] @Nullable [] marks = new int[MARKS][];

    private final SampleBatch samples;

    private volatile int locked;

    Stripe(int index, long seed, int batchSize) {
        this.index = index;
        random = seed;
        samples = new SampleBatch(batchSize);
    }

    final int index() {
        return index;
    }

    final boolean tryLock() {
        return locked == 0 && LOCKED.compareAndSet(this, 0, 1);
    }

    final void unlock() {
        LOCKED.setRelease(this, 0);
    }

    /** Counts a request as begun, under the lock. Returns {@link #TIMED} and {@link #PEAK}, or 0. */
    final int begin(int currentSlice, int samplingFactor) {
        turnTo(currentSlice);
        int next = isSampled(samplingFactor) ? TIMED : 0;
        long inFlight = begun + 1 - ended;
        // A thread that sees this value also sees the ends before it.
        BEGUN.setRelease(this, begun + 1);
        if (inFlight > peak) {
            peak = inFlight;
            next |= PEAK;
        }
        return next;
    }

    /** Counts a request as ended, under the lock; it counts in no series yet. */
    final void end(int currentSlice, Outcome outcome) {
        try {
            turnTo(currentSlice);
        } finally {
            // Even if there is no memory to turn, the request is no longer in flight.
            ENDED.setRelease(this, ended + 1);
        }
        if (outcome == Outcome.ABORTED) {
            aborted++;
        } else if (outcome == Outcome.STREAMED) {
            streamed++;
        }
    }

    /** Counts a request in a series, under the lock. */
    final void count(int series) {
        if (series >= counts.length - 2 * ELEMENTS) {
            counts = Arrays.copyOf(counts, 2 * (series + ELEMENTS));
        }
        counts[ELEMENTS + series]++;
    }

    /**
     * Adds a sample, under the lock, and moves a complete batch to the sink, except samples whose histogram is busy.
     */
    final void addSample(SampleSink sink, int series, long nanos, long nanoTime) {
        samples.add(sink, series, nanos, sink.sliceOf(slice, nanoTime));
    }

    /** Adds a time that is not a response time, under the lock. */
    final void addTime(int currentSlice, SampleSink sink, int id, long nanos, long nanoTime) {
        turnTo(currentSlice);
        addSample(sink, id, nanos, nanoTime);
    }

    /** Moves the waiting samples to an empty batch, under the lock, so that they can be processed without the lock. */
    final void drainTo(SampleBatch other) {
        samples.moveTo(other);
    }

    final int batchSize() {
        return samples.batchSize();
    }

    /**
     * {@return true for one call in {@code factor}, at random} The generator is Knuth's MMIX linear congruential
     * generator; its upper half is scaled to the factor.
     */
    private boolean isSampled(int factor) {
        if (factor == 1) {
            return true;
        }
        random = random * 6364136223846793005L + 1442695040888963407L;
        return (((random >>> 32) * factor) >>> 32) == 0;
    }

    private void turnTo(int currentSlice) {
        if (currentSlice - slice > 0) {
            turn(currentSlice);
        }
    }

    private void turn(int to) {
        peaks[slot(slice)] = peak;
        peak = begun - ended;
        for (int next = Math.max(slice + 1, to - MARKS + 1); next <= to; next++) {
            int[] mark = marks[slot(next)];
            int series = counts.length - 2 * ELEMENTS;
            if (mark == null || mark.length < series) {
                mark = marks[slot(next)] = new int[series];
            }
            for (int i = 0; i < series; i++) {
                mark[i] = (int) counts[ELEMENTS + i];
            }
            peaks[slot(next)] = peak;
        }
        slice = to;
    }

    private static int slot(int slice) {
        return slice & MARKS - 1;
    }

    /** {@return the requests that have begun here; without the lock, it may be a moment old} */
    final long begun() {
        return (long) BEGUN.getAcquire(this);
    }

    /** {@return the requests that have ended here; without the lock, it may be a moment old} */
    final long ended() {
        return (long) ENDED.getAcquire(this);
    }

    /** Adds the counts of this stripe, since the start and in the window that ends with a slice; under the lock. */
    final void addTo(RequestCounts sums, int currentSlice) {
        turnTo(currentSlice);
        sums.add(aborted, streamed, peakSince(currentSlice - WindowClock.SLICES + 1));
        int[] mark = currentSlice < WindowClock.SLICES ? null : marks[slot(currentSlice - WindowClock.SLICES + 1)];
        int series = Math.min(sums.series(), counts.length - 2 * ELEMENTS);
        for (int i = 0; i < series; i++) {
            long count = counts[ELEMENTS + i];
            int before = mark == null || i >= mark.length ? 0 : mark[i];
            sums.add(i, count, (int) count - before);
        }
    }

    private long peakSince(int first) {
        long highest = peak;
        for (int past = Math.max(0, first); past < slice; past++) {
            highest = Math.max(highest, peaks[slot(past)]);
        }
        return highest;
    }

    /** A stripe with padding after its fields too. */
    static final class Padded extends Stripe {

        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;

        Padded(int index, long seed, int batchSize) {
            super(index, seed, batchSize);
        }
    }
}
