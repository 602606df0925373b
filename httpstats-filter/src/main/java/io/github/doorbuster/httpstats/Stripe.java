package io.github.doorbuster.httpstats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One of several sets of counters, striped as in {@link java.util.concurrent.atomic.LongAdder}. A request holds a
 * stripe for a few nanoseconds when it begins and again when it ends. {@link #tryLock} guards every field: one atomic
 * operation then covers all that a request changes, and a reader never sees a part of it.
 */
class Stripe extends CacheLinePadding {

    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Stripe.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The initial number of series; the array doubles as needed. */
    private static final int INITIAL_SERIES = 62;

    /** Requests begun minus requests ended on this stripe. A request may end on another stripe than it began on. */
    long inFlight;

    /**
     * Up to here {@link #inFlight} may rise without a look at the other stripes; see {@link Stripes#beginBeyondLimit}.
     */
    long inFlightLimit;

    long aborted;
    long streamed;

    /** The time slice of the samples that wait here. */
    long slice;

    /** When that slice ends, on the monotonic clock. */
    long sliceEnd;

    private long random;
    private long[] counts = new long[INITIAL_SERIES + 2 * ELEMENTS];

    /** The waiting samples, from {@link #ELEMENTS} to {@link #samplesEnd}. */
    final int[] sampleSeries;

    final long[] sampleNanos;
    int samplesEnd = ELEMENTS;

    private volatile int locked;

    Stripe(long seed, int batchSize, long nanoTime) {
        sliceEnd = nanoTime;
        random = seed;
        sampleSeries = new int[2 * batchSize + 2 * ELEMENTS];
        sampleNanos = new long[sampleSeries.length];
    }

    final boolean tryLock() {
        return locked == 0 && LOCKED.compareAndSet(this, 0, 1);
    }

    final void unlock() {
        LOCKED.setRelease(this, 0);
    }

    /**
     * {@return true for one call in {@code factor}, at random} The generator is Knuth's MMIX linear congruential
     * generator; its upper half is scaled to the factor.
     */
    final boolean sample(int factor) {
        if (factor == 1) {
            return true;
        }
        random = random * 6364136223846793005L + 1442695040888963407L;
        return (((random >>> 32) * factor) >>> 32) == 0;
    }

    final void count(int series) {
        if (series >= counts.length - 2 * ELEMENTS) {
            counts = Arrays.copyOf(counts, 2 * (series + ELEMENTS));
        }
        counts[ELEMENTS + series]++;
    }

    final void count(Outcome outcome) {
        if (outcome == Outcome.ABORTED) {
            aborted++;
        } else {
            streamed++;
        }
    }

    /** Adds a sample, and returns how many are waiting. */
    final int addSample(int series, long nanos) {
        int i = samplesEnd++;
        sampleSeries[i] = series;
        sampleNanos[i] = nanos;
        return samplesEnd - ELEMENTS;
    }

    final boolean hasSamples() {
        return samplesEnd > ELEMENTS;
    }

    final boolean hasRoom() {
        return samplesEnd < sampleNanos.length - ELEMENTS;
    }

    final void addCountsTo(long[] sums) {
        int series = Math.min(sums.length, counts.length - 2 * ELEMENTS);
        for (int i = 0; i < series; i++) {
            sums[i] += counts[ELEMENTS + i];
        }
    }

    /** A stripe with padding after its fields too. */
    static final class Padded extends Stripe {

        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;

        Padded(long seed, int batchSize, long nanoTime) {
            super(seed, batchSize, nanoTime);
        }
    }
}
