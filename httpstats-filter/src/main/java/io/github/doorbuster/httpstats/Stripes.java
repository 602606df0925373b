package io.github.doorbuster.httpstats;

import java.util.concurrent.ThreadLocalRandom;

/** The stripes, at least two for each processor, and what can only be told from all of them together. */
final class Stripes {

    private static final int MOST = 64;
    /** Threads told apart, by the lower bits of their ids; a power of two. */
    private static final int THREADS = 1024;

    private static final int SPINS = 64;

    private final Stripe[] stripes;
    private final int mask;

    /** Where a thread looks first: threads that have met part ways. A write that gets lost costs one more meeting. */
    private final byte[] homes = new byte[THREADS];

    /** Guarded by all the stripes together. */
    private long maxInFlight;

    /** Says how many a machine needs; a power of two. */
    static int count(int processors) {
        return Math.min(MOST, Integer.highestOneBit(Math.max(1, 2 * processors - 1)) * 2);
    }

    Stripes(int count, int batchSize, long nanoTime) {
        stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe.Padded(ThreadLocalRandom.current().nextLong(), batchSize, nanoTime);
        }
        mask = count - 1;
        for (int thread = 0; thread < THREADS; thread++) {
            homes[thread] = (byte) (thread & mask);
        }
    }

    /** Takes a stripe that nobody holds, first the one this thread took the last time. */
    Stripe acquire() {
        int thread = (int) Thread.currentThread().getId() & THREADS - 1;
        int home = homes[thread];
        Stripe stripe = stripes[home];
        return stripe.tryLock() ? stripe : acquireAnother(thread, home);
    }

    private Stripe acquireAnother(int thread, int home) {
        for (int i = 1; ; i++) {
            int next = home + i & mask;
            Stripe stripe = stripes[next];
            if (stripe.tryLock()) {
                homes[thread] = (byte) next;
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

    Stripe[] each() {
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
     * Counts a request as begun on a stripe that has reached its limit: looks whether more are in flight than ever
     * before, and lets each stripe rise by its share of what is left to that maximum. While none exceeds its limit the
     * sum cannot exceed the maximum, so it is exact, although requests hardly ever come here.
     */
    void beginBeyondLimit(Stripe begun) {
        lockAll();
        try {
            begun.inFlight++;
            long inFlight = 0;
            for (Stripe stripe : stripes) {
                inFlight += stripe.inFlight;
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

    /** Adds all stripes up at one moment: no request is in it twice, none half. */
    Totals totals(SeriesIndex series) {
        long inFlight = 0;
        long aborted = 0;
        long streamed = 0;
        lockAll();
        try {
            long[] counts = new long[series.size()];
            for (Stripe stripe : stripes) {
                stripe.addCountsTo(counts);
                inFlight += stripe.inFlight;
                aborted += stripe.aborted;
                streamed += stripe.streamed;
            }
            return new Totals(counts, inFlight, maxInFlight, aborted, streamed);
        } finally {
            unlockAll();
        }
    }

    /** What {@link #totals} found; the counts are by series. */
    record Totals(long[] counts, long inFlight, long maxInFlight, long aborted, long streamed) {}
}
