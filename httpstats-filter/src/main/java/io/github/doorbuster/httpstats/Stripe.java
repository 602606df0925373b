package io.github.doorbuster.httpstats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One of several sets of counters, striped as in {@link java.util.concurrent.atomic.LongAdder}.
 *
 * <p><b>Locks.</b> A thread changes a stripe only while it has locked it, see {@link StripeLock}. A change takes a few
 * tens of nanoseconds, and allocates only for the first request of a series here. A request does not wait for a stripe
 * if another one is free.
 *
 * <p>There are two kinds of stripes. A request locks an <em>exclusive</em> stripe when it begins, and unlocks it when
 * it ends. If there are more requests than exclusive stripes, the others use a <em>shared</em> stripe: they lock it
 * when they begin, and again when they end.
 *
 * <p>Readers lock no stripe. They copy it, and copy it again if it has changed meanwhile. The state of the lock changes
 * before anything else when a request begins, and {@link #ended} does when it ends. So a reader can also copy the
 * stripe of a request in flight. Requests avoid a stripe while a reader waits for it.
 *
 * <p>The samples have their own lock, see {@link SampleBatch}, because a reader takes them while a request holds the
 * stripe. The request that completes a batch moves it into the histograms: it tries the lock of each histogram in turn,
 * for less than a microsecond each. If a histogram is busy, the request does not wait: the samples stay here and are
 * moved later. So the lock order is stripe, samples, histogram of a route, histogram of a status class. A reader locks
 * one batch of samples or one histogram at a time, only to copy it, and computes without a lock.
 */
class Stripe extends StripeLock {

    private static final VarHandle BEGUN;
    private static final VarHandle ENDED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BEGUN = lookup.findVarHandle(Stripe.class, "begun", long.class);
            ENDED = lookup.findVarHandle(Stripe.class, "ended", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The initial number of series; the array doubles as needed. */
    private static final int INITIAL_SERIES = 62;

    private static final long[] NO_COUNTS = new long[2 * ELEMENTS];

    /** How many slices a reader may be late; a power of two together with the slices of the window. */
    private static final int MARKS = 8;

    private final int index;
    private final boolean exclusive;
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

    private long[] counts = NO_COUNTS;

    /** The lower halves of {@link #counts} at the beginning of each slice. */
    private final int[] @Nullable [] marks = new int[MARKS][];

    private final SampleBatch samples;

    Stripe(int index, boolean exclusive, long seed, int batchSize) {
        this.index = index;
        this.exclusive = exclusive;
        random = seed;
        samples = new SampleBatch.Padded(batchSize);
    }

    final int index() {
        return index;
    }

    final boolean isExclusive() {
        return exclusive;
    }

    /** {@return whether a request that has begun and not ended has the lock} */
    final boolean isHeld() {
        return exclusive && begun() - ended() == 1;
    }

    /**
     * Counts a request as begun, under the lock.
     *
     * @return whether more requests of this stripe are in flight than ever before in this slice
     */
    final boolean begin(int currentSlice) {
        turnTo(currentSlice, 0);
        long inFlight = begun - ended;
        boolean isPeak = inFlight + 1 > peak;
        if (isPeak) {
            peak = inFlight + 1;
        }
        // A thread that sees this value also sees the changes above, and the ends before them.
        BEGUN.setRelease(this, begun + 1);
        return isPeak;
    }

    /** Counts a request as ended, under the lock; it counts in no series yet. */
    final void end(int currentSlice, Outcome outcome) {
        // First, so that the request is no longer in flight even if there is no memory to turn.
        ENDED.setRelease(this, ended + 1);
        // A reader that sees one of the following changes also sees this value.
        VarHandle.storeStoreFence();
        turnTo(currentSlice, 1);
        if (outcome != Outcome.COMPLETED) {
            countAs(outcome);
        }
    }

    private void countAs(Outcome outcome) {
        if (outcome == Outcome.ABORTED) {
            aborted++;
        } else {
            streamed++;
        }
    }

    /** Counts a request in a series, under the lock. */
    final void count(int series) {
        if (series >= counts.length - 2 * ELEMENTS) {
            counts = Arrays.copyOf(counts, 2 * ELEMENTS + Math.max(INITIAL_SERIES, 2 * series));
        }
        counts[ELEMENTS + series]++;
    }

    /** Adds a sample, under the lock. Returns whether the samples are to be moved to the sink. */
    final boolean addSample(SampleSink sink, int series, long nanos, long nanoTime) {
        return samples.add(sink, series, nanos, sink.sliceOf(slice, nanoTime));
    }

    /** Moves the samples to the sink, under the lock, except samples whose histogram is busy. */
    final void moveSamples(SampleSink sink) {
        samples.moveComplete(sink);
    }

    /** Adds a time that is not a response time, under the lock. */
    final void addTime(int currentSlice, SampleSink sink, int id, long nanos, long nanoTime) {
        turnTo(currentSlice, 0);
        if (addSample(sink, id, nanos, nanoTime)) {
            moveSamples(sink);
        }
    }

    /** Moves the waiting samples to an empty batch. It needs no lock. */
    final void drainTo(SampleBatch other) {
        samples.moveTo(other);
    }

    final int batchSize() {
        return samples.batchSize();
    }

    /**
     * {@return true for one call in {@code factor}, at random; under the lock} The generator is Knuth's MMIX linear
     * congruential generator; its upper half is scaled to the factor.
     */
    final boolean isSampled(int factor) {
        if (factor == 1) {
            return true;
        }
        random = random * 6364136223846793005L + 1442695040888963407L;
        return (((random >>> 32) * factor) >>> 32) == 0;
    }

    /**
     * Begins a slice, if it is later than the one that is counted now.
     *
     * @param justEnded how many requests have ended since the last change to the counts
     */
    private void turnTo(int currentSlice, int justEnded) {
        if (currentSlice - slice > 0) {
            turn(currentSlice, begun - ended + justEnded);
        }
    }

    private void turn(int to, long inFlight) {
        peaks[slot(slice)] = peak;
        peak = inFlight;
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

    /**
     * Adds the counts of this stripe, since the start and in the window that ends with a slice; without the lock.
     *
     * @return false if the stripe has changed meanwhile, or may have; the sums are then wrong
     */
    final boolean addUnchangedTo(RequestCounts sums, int currentSlice) {
        int seen = state();
        long endedBefore = ended();
        if ((seen & 1) != 0 && !isHeld()) {
            return false;
        }
        addTo(sums, currentSlice);
        VarHandle.acquireFence();
        return state() == seen && ended == endedBefore;
    }

    /** Adds the counts of this stripe as they are, even if they change meanwhile. */
    final void addTo(RequestCounts sums, int currentSlice) {
        int first = currentSlice - WindowClock.SLICES + 1;
        int counted = slice;
        sums.add(aborted, streamed, peakSince(first, counted));
        long[] now = counts;
        int[] mark = first <= 0 ? null : marks[slot(first)];
        int series = Math.min(sums.series(), now.length - 2 * ELEMENTS);
        for (int i = 0; i < series; i++) {
            long count = now[ELEMENTS + i];
            int before = mark == null || i >= mark.length ? 0 : mark[i];
            sums.add(i, count, counted < first ? 0 : (int) count - before);
        }
    }

    private long peakSince(int first, int counted) {
        long highest = counted < first ? begun - ended : peak;
        for (int past = Math.max(0, first); past < counted; past++) {
            highest = Math.max(highest, peaks[slot(past)]);
        }
        return highest;
    }

    /** A stripe with padding after its fields too. */
    static final class Padded extends Stripe {

        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;

        Padded(int index, boolean exclusive, long seed, int batchSize) {
            super(index, exclusive, seed, batchSize);
        }
    }
}
