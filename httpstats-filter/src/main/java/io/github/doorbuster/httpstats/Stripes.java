package io.github.doorbuster.httpstats;

import java.util.concurrent.ThreadLocalRandom;

/** All stripes, at least two for each processor. The locking is described at {@link Stripe}. */
final class Stripes {

    static final int MAX_STRIPES = 64;

    /** The size of {@link #preferred}, which threads index by the lower bits of their ids; a power of two. */
    private static final int THREADS = 1024;

    private static final int SPINS = 64;

    private final Stripe[] stripes;
    private final int mask;

    /**
     * The stripe that a thread tries first. Contending threads move to different stripes and stay there. Access is not
     * synchronized: a lost write costs one more contended attempt.
     */
    private final byte[] preferred = new byte[THREADS];

    /** {@return the number of stripes for a number of processors, a power of two} */
    static int count(int processors) {
        return Math.min(MAX_STRIPES, Integer.highestOneBit(Math.max(1, 2 * processors - 1)) * 2);
    }

    Stripes(int count, int batchSize) {
        stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe.Padded(i, ThreadLocalRandom.current().nextLong(), batchSize);
        }
        mask = count - 1;
        for (int thread = 0; thread < THREADS; thread++) {
            preferred[thread] = (byte) (thread & mask);
        }
    }

    /** Locks a free stripe, if possible the one that this thread locked last. */
    Stripe acquire() {
        int thread = thread();
        int first = preferred[thread];
        Stripe stripe = stripes[first];
        return stripe.tryLock() ? stripe : acquireAnother(thread, first);
    }

    /**
     * Locks a free stripe, if possible the one on which a request began, so that the number of requests in flight is
     * exact there.
     */
    Stripe acquire(int first) {
        Stripe stripe = stripes[first & mask];
        return stripe.tryLock() ? stripe : acquireAnother(thread(), first & mask);
    }

    private static int thread() {
        return (int) Thread.currentThread().getId() & THREADS - 1;
    }

    private Stripe acquireAnother(int thread, int first) {
        for (int i = 1; ; i++) {
            int next = first + i & mask;
            Stripe stripe = stripes[next];
            if (stripe.tryLock()) {
                preferred[thread] = (byte) next;
                return stripe;
            }
            pause(i);
        }
    }

    private static void pause(int attempt) {
        if (attempt < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    private static void lock(Stripe stripe) {
        for (int i = 0; !stripe.tryLock(); i++) {
            pause(i);
        }
    }

    int size() {
        return stripes.length;
    }

    Stripe get(int index) {
        return stripes[index];
    }

    /**
     * {@return how many requests are in flight, or fewer} First it adds up the requests that have begun, then those
     * that have ended. So the result is at most the number of requests in flight between the two. It takes no lock.
     */
    long inFlightAtLeast() {
        long begun = begun();
        long ended = 0;
        for (Stripe stripe : stripes) {
            ended += stripe.ended();
        }
        return Math.max(0, begun - ended);
    }

    /** {@return how many requests have begun since the start; under load, it may be a few less} */
    long begun() {
        long begun = 0;
        for (Stripe stripe : stripes) {
            begun += stripe.begun();
        }
        return begun;
    }

    /** Moves the samples that wait in the stripes to a sink. */
    void drainTo(SampleSink sink) {
        SampleBatch copy = new SampleBatch(stripes[0].batchSize());
        for (Stripe stripe : stripes) {
            lock(stripe);
            try {
                stripe.drainTo(copy);
            } finally {
                stripe.unlock();
            }
            copy.moveTo(sink, true);
        }
    }

    /** Adds up all stripes, one after another: each request is in the sum entirely or not at all, and at most once. */
    RequestCounts counts(int series, int slice) {
        RequestCounts sums = new RequestCounts(series);
        for (Stripe stripe : stripes) {
            lock(stripe);
            try {
                stripe.addTo(sums, slice);
            } finally {
                stripe.unlock();
            }
        }
        return sums;
    }
}
