package io.github.doorbuster.httpstats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One of several places where requests are counted. A request holds one for a few nanoseconds at its start and again at
 * its end; whoever finds it taken goes to the next one. Everything here is guarded by {@link #tryLock}, so that one
 * atomic operation pays for all that is noted, and so that a reader never sees half of it.
 */
class Stripe extends LinePadding {

    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Stripe.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How many there is room for at first; more come by doubling. */
    private static final int FIRST_SERIES = 62;

    /** Requests begun less requests ended here; an asynchronous one may end on another stripe than it began on. */
    long inFlight;

    /** How far {@link #inFlight} may rise before {@link Stripes} has to look whether there ever were more in all. */
    long inFlightLimit;

    long aborted;
    long streamed;

    /** The slice of time that the waiting samples belong to, and when it ends. */
    long slice;

    long sliceEnd;

    private long random;
    private long[] counts = new long[FIRST_SERIES + 2 * ELEMENTS];

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

    /** Draws true once in {@code factor} times: the upper half of Knuth's MMIX generator, scaled to the factor. */
    final boolean draw(int factor) {
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

    /** Keeps a sample waiting; says how many are. */
    final int add(int series, long nanos) {
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

    final void note(Outcome outcome) {
        if (outcome == Outcome.ABORTED) {
            aborted++;
        } else {
            streamed++;
        }
    }

    final void addCountsTo(long[] sums) {
        int series = Math.min(sums.length, counts.length - 2 * ELEMENTS);
        for (int i = 0; i < series; i++) {
            sums[i] += counts[ELEMENTS + i];
        }
    }

    /** A stripe with padding behind it, too. */
    static final class Padded extends Stripe {

        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;

        Padded(long seed, int batchSize, long nanoTime) {
            super(seed, batchSize, nanoTime);
        }
    }
}
