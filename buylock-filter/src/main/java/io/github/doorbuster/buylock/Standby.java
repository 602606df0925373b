package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The purchases that are dispatched before their item is free. On a busy container, a purchase waits for a thread
 * behind other requests. Without this class, its item would be locked and unused meanwhile.
 *
 * <p>At most {@code standbyThreads} purchases stand by at once, each for at most {@code standbyMillis} on its thread,
 * and all together for at most a tenth of the time of the container's threads. Meant for adapters such as the servlet
 * filter; see {@link GrantListener#standBy}. Safe for use by many threads.
 */
public final class Standby {

    private static final double MAX_SHARE = 0.1;
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** Unused time is not saved for longer than this. */
    private static final long MAX_SAVED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final int MAX_COUNTED_THREADS = 10_000;

    private final int maxThreads;
    private final long maxNanos;
    private final Scheduler scheduler;
    private final AtomicInteger summoned = new AtomicInteger();
    private final AtomicInteger standing = new AtomicInteger();
    private final LongAdder summonedTotal = new LongAdder();
    private final LongAdder steppedBack = new LongAdder();
    private final LongAdder stoodNanos = new LongAdder();
    /** How long a dispatched request waits for a container thread: the longest recent time. */
    private volatile long delayNanos;
    /** When the first request was dispatched after one has arrived; 0 if there is none. */
    private final AtomicLong dispatchedAt = new AtomicLong();

    /** Replaced with the lock held. */
    private volatile Window current;

    @GuardedBy("this")
    private Window previous;

    @GuardedBy("this")
    private double budgetNanos;

    @GuardedBy("this")
    private long budgetAt;

    /** The threads of the container that were seen in a minute, and for how long they have stood by. */
    private static final class Window {

        private final long start;
        private final Set<Long> threads = ConcurrentHashMap.newKeySet();
        private long stoodNanos;

        Window(long start) {
            this.start = start;
        }
    }

    /** A purchase that stands by; counts until it is released. */
    final class Place {

        private final AtomicBoolean released = new AtomicBoolean();

        void release() {
            if (released.compareAndSet(false, true)) {
                summoned.decrementAndGet();
            }
        }
    }

    Standby(BuyLockConfig config, Scheduler scheduler) {
        this.maxThreads = config.standbyThreads();
        this.maxNanos = TimeUnit.MILLISECONDS.toNanos(config.standbyMillis());
        this.scheduler = scheduler;
        this.budgetAt = scheduler.now();
        this.current = new Window(budgetAt);
        this.previous = current;
    }

    int maxThreads() {
        return maxThreads;
    }

    /**
     * {@return how many of the next purchases of an item should stand by} It is as many as are served until a thread
     * takes up a request; none if even the next one would stand for too long.
     */
    int wanted(long holdNanos, int permits) {
        if (maxThreads == 0 || summoned.get() >= maxThreads) {
            return 0;
        }
        long since = dispatchedAt.get();
        long delay = since == 0 ? delayNanos : Math.max(delayNanos, scheduler.now() - since);
        double servedUntilArrival = (double) delay * permits / holdNanos;
        double servedUntilTired = (double) (delay + maxNanos) * permits / holdNanos;
        int wanted = (int) Math.min(maxThreads, Math.min(Math.max(1, Math.ceil(servedUntilArrival)), servedUntilTired));
        return wanted == 0 || !hasBudget() ? 0 : wanted;
    }

    /** {@return a place, or null if {@code standbyThreads} purchases stand by already} */
    @Nullable
    Place tryTake() {
        if (summoned.incrementAndGet() > maxThreads) {
            summoned.decrementAndGet();
            return null;
        }
        summonedTotal.increment();
        return new Place();
    }

    private synchronized boolean hasBudget() {
        refill();
        return budgetNanos > 0;
    }

    @GuardedBy("this")
    private void refill() {
        long now = scheduler.now();
        rotate(now);
        double rate = MAX_SHARE * threads();
        budgetNanos = Math.min(rate * MAX_SAVED_NANOS, budgetNanos + rate * (now - budgetAt));
        budgetAt = now;
    }

    @GuardedBy("this")
    private void rotate(long now) {
        if (now - current.start >= WINDOW_NANOS) {
            previous = now - current.start < 2 * WINDOW_NANOS ? current : new Window(now);
            current = new Window(now);
        }
    }

    @GuardedBy("this")
    private int threads() {
        return Math.max(current.threads.size(), previous.threads.size());
    }

    /** A thread of the container has worked on a purchase that must wait. */
    public void sawThread(Thread thread) {
        Long id = thread.getId();
        Window seen = current;
        if (scheduler.now() - seen.start >= WINDOW_NANOS || !seen.threads.contains(id)) {
            countThread(id);
        }
    }

    private synchronized void countThread(Long id) {
        rotate(scheduler.now());
        if (current.threads.size() < MAX_COUNTED_THREADS) {
            current.threads.add(id);
        }
    }

    /** A request was dispatched, to be taken up by a thread of the container. */
    public void dispatched() {
        dispatchedAt.compareAndSet(0, scheduler.now());
    }

    /** A thread of the container has taken up a request that was dispatched so many nanoseconds ago. */
    public void arrived(long nanos) {
        dispatchedAt.set(0);
        long known = delayNanos;
        delayNanos = nanos >= known ? nanos : known - (known - nanos) / 8;
    }

    /**
     * The current thread begins to wait for a purchase. Call {@link #end} when the wait ends.
     *
     * @return for how many nanoseconds it may, 0 if not at all
     */
    public long begin() {
        standing.incrementAndGet();
        return hasBudget() ? maxNanos : 0;
    }

    /**
     * The thread has waited for so many nanoseconds.
     *
     * @param decided false if the purchase is suspended again
     */
    public void end(long nanos, boolean decided) {
        standing.decrementAndGet();
        stoodNanos.add(nanos);
        if (!decided) {
            steppedBack.increment();
        }
        synchronized (this) {
            refill();
            budgetNanos -= nanos;
            current.stoodNanos += nanos;
        }
    }

    synchronized BuyLockSnapshot.StandbyNumbers snapshot() {
        long now = scheduler.now();
        rotate(now);
        int threads = threads();
        double threadNanos = (double) threads * (now - previous.start);
        long lately = current.stoodNanos + (previous == current ? 0 : previous.stoodNanos);
        return new BuyLockSnapshot.StandbyNumbers(
                threads,
                standing.get(),
                summonedTotal.sum(),
                steppedBack.sum(),
                stoodNanos.sum() / 1e9,
                threadNanos == 0 ? null : lately / threadNanos);
    }
}
