package io.github.doorbuster.httpstats;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves the window on and samples the requests in flight every {@value #TICK_MILLIS} ms while there are many requests
 * that are not timed, so that these need not read the clock. Otherwise each of them reads it.
 *
 * <p>It uses one thread. A request starts the thread when it finds that there are many requests. The thread ends when
 * there are few again. It holds no lock. If it dies, requests read the clock again.
 */
final class LoadTicker {

    static final long TICK_MILLIS = PeakInFlight.SAMPLE_MILLIS;

    /** The thread starts if this many requests have read the clock without it within {@link #START_NANOS}. */
    static final int START_REQUESTS = 500;

    private static final long START_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** The thread ends if fewer requests have begun in this many ticks, a second. */
    static final int TICKS_PER_CHECK = 20;

    private static final int KEEP_REQUESTS = 500;
    private static final long END_MILLIS = 1_000;

    private static final System.Logger LOG = System.getLogger(LoadTicker.class.getName());

    private final WindowClock window;
    private final Stripes stripes;
    private final PeakInFlight peak;
    private final LongSupplier nanoClock;
    private final ThreadFactory threads;
    private final AtomicReference<@Nullable Run> running = new AtomicReference<>();

    /** Not synchronized: if an update is lost, the thread starts a moment later. */
    private int clockReadings;

    private long countedFrom;

    /**
     * Creates a ticker without a thread.
     *
     * @param threads what creates the thread; if it returns null, there is none, and each request reads the clock
     */
    LoadTicker(LongSupplier nanoClock, WindowClock window, Stripes stripes, PeakInFlight peak, ThreadFactory threads) {
        this.window = window;
        this.stripes = stripes;
        this.peak = peak;
        this.nanoClock = nanoClock;
        this.threads = threads;
        countedFrom = nanoClock.getAsLong();
    }

    static Thread newThread(Runnable work) {
        // The thread outlives the request that starts it, so it inherits neither its thread-locals nor its class
        // loader.
        Thread thread = new Thread(null, work, "httpstats-ticker", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    /**
     * Records that a request that is not timed has read the clock. Starts the thread if there are many such requests.
     */
    void clockWasRead(long nanoTime) {
        if (++clockReadings >= START_REQUESTS) {
            boolean frequent = nanoTime - countedFrom < START_NANOS;
            clockReadings = 0;
            countedFrom = nanoTime;
            if (frequent && running.get() == null) {
                start();
            }
        }
    }

    private void start() {
        Run run = new Run();
        if (!running.compareAndSet(null, run)) {
            return;
        }
        boolean started = false;
        try {
            Thread thread = threads.newThread(run);
            if (thread != null) {
                run.thread = thread;
                thread.start();
                started = true;
            }
        } catch (OutOfMemoryError e) {
            LOG.log(System.Logger.Level.WARNING, "the system has no thread for httpstats: requests read the clock", e);
        } finally {
            if (!started) {
                running.set(null);
            }
        }
    }

    /** Ends the thread, and waits until it has ended. */
    void end() {
        Run run = running.get();
        if (run != null) {
            run.end();
        }
    }

    private final class Run implements Runnable {

        private volatile @Nullable Thread thread;
        private volatile boolean ended;

        @Override
        public void run() {
            window.setDriven(true);
            try {
                long begun = stripes.begun();
                for (int ticks = 1; !ended; ticks++) {
                    LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
                    peak.sample(window.advanceTo(nanoClock.getAsLong()));
                    if (ticks % TICKS_PER_CHECK == 0) {
                        long before = begun;
                        begun = stripes.begun();
                        ended |= begun - before < KEEP_REQUESTS || Thread.interrupted();
                    }
                }
            } finally {
                window.setDriven(false);
                running.set(null);
            }
        }

        void end() {
            ended = true;
            Thread toEnd = thread;
            LockSupport.unpark(toEnd);
            try {
                if (toEnd != null) {
                    toEnd.join(END_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
