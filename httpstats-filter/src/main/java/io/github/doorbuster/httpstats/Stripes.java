package io.github.doorbuster.httpstats;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * All stripes: as many exclusive as shared ones, at least two of each for each processor, but at most
 * {@link #MAX_STRIPES} in all, which bounds their memory. At most half of the exclusive ones are bound to threads. The
 * locking is described at {@link Stripe}.
 */
final class Stripes {

    static final int MAX_STRIPES = 64;

    /** The size of the tables that threads index by the lower bits of their ids; a power of two. */
    private static final int THREADS = 1024;

    private static final int SPINS = 64;

    /** A power of two. After so many requests in succession, a thread gets its stripe bound to it. */
    private static final int REQUESTS_TO_BIND = 256;

    /**
     * How often a reader tries to copy a stripe. Then it copies the stripe as it is: an error in the middle of a
     * request, such as a stack overflow, may have left it locked.
     */
    private static final int MAX_COPIES = 100_000;

    /** First the exclusive stripes, then the shared ones. */
    private final Stripe[] stripes;

    private final int exclusive;

    /**
     * The exclusive stripe that a thread tries first. Threads whose stripe is taken move to different ones and stay
     * there, unless it is bound to them. Access is not synchronized: a lost write costs one more attempt.
     */
    private final Stripe[] preferred = new Stripe[THREADS];

    /** In the same way, the index of the shared stripe that a thread tries first, from 0. */
    private final byte[] preferredShared = new byte[THREADS];

    /** Whether a thread binds a stripe at the moment. */
    private final AtomicBoolean binding = new AtomicBoolean();

    /** {@return the number of stripes for a number of processors, a power of two} */
    static int count(int processors) {
        return Math.min(MAX_STRIPES, Integer.highestOneBit(Math.max(1, 2 * processors - 1)) * 4);
    }

    Stripes(int count, int batchSize) {
        stripes = new Stripe[count];
        exclusive = count / 2;
        for (int i = 0; i < count; i++) {
            long seed = ThreadLocalRandom.current().nextLong();
            stripes[i] = new Stripe.Padded(i, i < exclusive, seed, batchSize);
        }
        for (int thread = 0; thread < THREADS; thread++) {
            int first = thread & exclusive - 1;
            preferred[thread] = stripes[first];
            preferredShared[thread] = (byte) first;
        }
    }

    /**
     * Locks a stripe for a request that begins: an exclusive one, if possible the one that this thread had last; if two
     * of them are taken, a shared one.
     */
    Stripe acquire() {
        Thread current = Thread.currentThread();
        int thread = number(current);
        Stripe stripe = preferred[thread];
        return stripe.tryLockBound(current) ? stripe : acquire(current, thread, stripe);
    }

    private Stripe acquire(Thread current, int thread, Stripe first) {
        if (!first.tryLock()) {
            return acquireAnother(current, thread, first);
        }
        if ((first.repetitions(thread) & REQUESTS_TO_BIND - 1) == REQUESTS_TO_BIND - 1) {
            try {
                bind(current, thread, first);
            } catch (Throwable e) {
                first.unlock();
                throw e;
            }
        }
        return first;
    }

    /**
     * Binds a stripe to a thread, unless the thread has one already or half of the exclusive stripes are bound. The
     * others are left to threads that have none. If another thread is here, this one tries again later.
     */
    private void bind(Thread current, int thread, Stripe stripe) {
        if (!binding.compareAndSet(false, true)) {
            return;
        }
        try {
            bindAlone(current, thread, stripe);
        } finally {
            binding.set(false);
        }
    }

    private void bindAlone(Thread current, int thread, Stripe stripe) {
        int bound = 0;
        for (int i = 0; i < exclusive; i++) {
            if (stripes[i].isBoundTo(current)) {
                preferred[thread] = stripes[i];
                return;
            }
            stripes[i].releaseIfEnded();
            bound += stripes[i].isBound() ? 1 : 0;
        }
        if (bound < exclusive / 2) {
            stripe.bindTo(current);
        }
    }

    /** Releases the stripes whose threads have ended, which are then no longer reachable from here. */
    void releaseEnded() {
        for (int i = 0; i < exclusive; i++) {
            stripes[i].releaseIfEnded();
        }
    }

    /** Tries one other exclusive stripe: a different one each time that this thread has ended up with a shared one. */
    private Stripe acquireAnother(Thread current, int thread, Stripe taken) {
        int shared = preferredShared[thread];
        int step = 1 + (int) stripes[exclusive + shared].begun();
        Stripe next = stripes[taken.index() + step & exclusive - 1];
        if (next.tryLock()) {
            if (!taken.isBoundTo(current)) {
                preferred[thread] = next;
            }
            return next;
        }
        return acquireShared(thread, shared);
    }

    /**
     * Locks the stripe on which a request began, so that it can end. If that is a shared one and it is taken, locks
     * another shared one.
     */
    Stripe acquire(int index) {
        Stripe stripe = stripes[index & stripes.length - 1];
        return stripe.isHeld() ? stripe : acquireShared(number(Thread.currentThread()), stripe.index() & exclusive - 1);
    }

    /** Locks a shared stripe, if possible the one that this thread had last. */
    Stripe acquireShared() {
        int thread = number(Thread.currentThread());
        return acquireShared(thread, preferredShared[thread]);
    }

    private Stripe acquireShared(int thread, int first) {
        long id = Thread.currentThread().getId();
        for (int i = 0; ; i++) {
            int next = first + i & exclusive - 1;
            Stripe stripe = stripes[exclusive + next];
            if (stripe.tryLockShared(id)) {
                if (i > 0) {
                    preferredShared[thread] = (byte) next;
                }
                return stripe;
            }
            pause(i);
        }
    }

    private static int number(Thread thread) {
        return (int) thread.getId() & THREADS - 1;
    }

    private static void pause(int attempt) {
        if (attempt < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
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
            stripe.drainTo(copy);
            copy.moveTo(sink, true);
        }
    }

    /** Adds up all stripes, one after another: each request is in the sum entirely or not at all, and at most once. */
    RequestCounts counts(int series, int slice) {
        RequestCounts sums = new RequestCounts(series);
        RequestCounts copy = new RequestCounts(series);
        for (Stripe stripe : stripes) {
            copyTo(copy, stripe, slice);
            sums.add(copy);
        }
        return sums;
    }

    private static void copyTo(RequestCounts copy, Stripe stripe, int slice) {
        try {
            for (int i = 0; i < MAX_COPIES; i++) {
                copy.clear();
                if (stripe.addUnchangedTo(copy, slice)) {
                    return;
                }
                stripe.setAwaited(true);
                pause(i);
            }
            copy.clear();
            stripe.addTo(copy, slice);
        } finally {
            stripe.setAwaited(false);
        }
    }
}
