package io.github.doorbuster.buylock;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A monotonic clock, and timers that run on it. */
final class Scheduler {

    private static final long CLOSE_MILLIS = 500;

    private final LongSupplier nanoClock;
    private final ScheduledExecutorService timers;

    Scheduler(LongSupplier nanoClock, ScheduledExecutorService timers) {
        this.nanoClock = nanoClock;
        this.timers = timers;
    }

    /** {@return a scheduler on the system clock, with one daemon thread} */
    static Scheduler start() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "doorbuster-buylock-timer");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        return new Scheduler(System::nanoTime, timers);
    }

    long now() {
        return nanoClock.getAsLong();
    }

    Future<?> schedule(long delayNanos, Runnable task) {
        return timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    void scheduleRepeatedly(long delayNanos, Runnable task) {
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
