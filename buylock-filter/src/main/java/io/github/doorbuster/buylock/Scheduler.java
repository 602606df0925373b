package io.github.doorbuster.buylock;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A monotonic clock, timers that run on it, and the wall clock. */
final class Scheduler {

    private static final long CLOSE_MILLIS = 500;
    private static final Effects.Timer NONE = () -> {};

    private final LongSupplier nanoClock;
    private final LongSupplier wallMicros;
    private final ScheduledExecutorService timers;

    Scheduler(LongSupplier nanoClock, LongSupplier wallMicros, ScheduledExecutorService timers) {
        this.nanoClock = nanoClock;
        this.wallMicros = wallMicros;
        this.timers = timers;
    }

    /** {@return a scheduler on the system clock, with one daemon thread} */
    static Scheduler start() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
            // A request may start it, and its thread-locals are not for the others.
            Thread thread = new Thread(null, task, "doorbuster-buylock-timer", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        return new Scheduler(System::nanoTime, new SystemMicros(), timers);
    }

    long now() {
        return nanoClock.getAsLong();
    }

    /** {@return microseconds since 1970, which may jump; only for what other nodes read} */
    long wallMicros() {
        return wallMicros.getAsLong();
    }

    /** Starts a timer. After {@link #close} there are no timers any more. */
    Effects.Timer start(long delayNanos, Runnable task) {
        try {
            Future<?> timer = timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException e) {
            return NONE;
        }
    }

    void repeat(long delayNanos, Runnable task) {
        timers.scheduleWithFixedDelay(task, delayNanos, delayNanos, TimeUnit.NANOSECONDS);
    }

    /** Ends the timers, and waits a moment until their thread has ended. */
    void close() {
        timers.shutdownNow();
        try {
            timers.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
