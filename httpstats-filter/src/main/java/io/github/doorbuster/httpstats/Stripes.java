package io.github.doorbuster.httpstats;

import java.util.concurrent.ThreadLocalRandom;

/** All stripes, at least two for each processor, and the numbers that need all of them. */
final class Stripes {

    private static final int MAX_STRIPES = 64;

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

    /** Guarded by all stripes together. */
    private long maxInFlight;

    /** {@return the number of stripes for a number of processors, a power of two} */
    static int count(int processors) {
        return Math.min(MAX_STRIPES, Integer.highestOneBit(Math.max(1, 2 * processors - 1)) * 2);
    }

    Stripes(int count, int batchSize, long nanoTime) {
        stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe.Padded(ThreadLocalRandom.current().nextLong(), batchSize, nanoTime);
        }
        mask = count - 1;
        for (int thread = 0; thread < THREADS; thread++) {
            preferred[thread] = (byte) (thread & mask);
        }
    }

    /** Locks a free stripe, if possible the one that this thread locked last. */
    Stripe acquire() {
        int thread = (int) Thread.currentThread().getId() & THREADS - 1;
        int first = preferred[thread];
        Stripe stripe = stripes[first];
        return stripe.tryLock() ? stripe : acquireAnother(thread, first);
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

    Stripe[] all() {
        return stripes;
    }

    static void lock(Stripe stripe) {
        for (int i = 0; !stripe.tryLock(); i++) {
            pause(i);
        }
    }

    private void lockAll() {
        for (Stripe stripe : stripes) {
            lock(stripe);
        }
    }

    private void unlockAll() {
        for (Stripe stripe : stripes) {
            stripe.unlock();
        }
    }

    /**
     * Counts a request as begun on a stripe that has reached its limit. Updates the maximum, then divides what is left
     * to the maximum among the stripes as their new limits. While no stripe exceeds its limit, the sum cannot exceed
     * the maximum. The maximum is therefore exact, although few requests come here.
     */
    void beginBeyondLimit(Stripe stripe) {
        lockAll();
        try {
            stripe.inFlight++;
            long inFlight = 0;
            for (Stripe one : stripes) {
                inFlight += one.inFlight;
            }
            maxInFlight = Math.max(maxInFlight, inFlight);
            long left = maxInFlight - inFlight;
            for (int i = 0; i < stripes.length; i++) {
                long share = left / (stripes.length - i);
                stripes[i].inFlightLimit = stripes[i].inFlight + share;
                left -= share;
            }
        } finally {
            unlockAll();
        }
    }

    /** Adds up all stripes at one moment: each request is in the sum entirely or not at all, and at most once. */
    RequestCounts counts(SeriesIndex series) {
        long inFlight = 0;
        long aborted = 0;
        long streamed = 0;
        lockAll();
        try {
            long[] bySeries = new long[series.size()];
            for (Stripe stripe : stripes) {
                stripe.addCountsTo(bySeries);
                inFlight += stripe.inFlight;
                aborted += stripe.aborted;
                streamed += stripe.streamed;
            }
            return new RequestCounts(bySeries, inFlight, maxInFlight, aborted, streamed);
        } finally {
            unlockAll();
        }
    }
}
