package io.github.doorbuster.pvpool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The thread of the flusher. It runs at intervals, early if many items are pending, on demand, and a last time when the
 * pool closes.
 *
 * <p>After a flush at an interval it rests, so that it writes for a small share of the time. So under load, or if the
 * store is slow, the pool writes less often, and combines more views per row.
 */
final class FlusherThread {

    private static final Logger LOG = System.getLogger(PvPool.class.getName());
    private static final int ABORT_SECONDS = 2;
    private static final int MAX_REST_INTERVALS = 9;

    private final ScheduledExecutorService executor;
    private final Flusher flusher;
    private final LongSupplier nanoClock;
    private final AtomicBoolean earlyFlushQueued = new AtomicBoolean();

    /** When the last flush at an interval ended, and how long the thread rests then. Used by the thread alone. */
    private long restsSince;

    private long restNanos;

    FlusherThread(ScheduledExecutorService executor, Flusher flusher, LongSupplier nanoClock) {
        this.executor = executor;
        this.flusher = flusher;
        this.nanoClock = nanoClock;
    }

    static ScheduledExecutorService newExecutor() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "doorbuster-pvpool-flusher");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        return executor;
    }

    void start(long flushMillis, int flushPercent, long renewMillis) {
        long maxRestNanos = MAX_REST_INTERVALS * TimeUnit.MILLISECONDS.toNanos(flushMillis);
        executor.scheduleWithFixedDelay(
                () -> flushIfRested(flushPercent, maxRestNanos), flushMillis, flushMillis, TimeUnit.MILLISECONDS);
        if (flushMillis > renewMillis) {
            executor.scheduleWithFixedDelay(
                    () -> logFailure(flusher::renew), renewMillis, renewMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** Flushes before the interval ends. Further calls do nothing until that has begun. */
    void flushEarly() {
        if (earlyFlushQueued.compareAndSet(false, true)) {
            try {
                executor.execute(this::flushAtInterval);
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "no early flush: the pool is closing", e);
            }
        }
    }

    /** Flushes now. Returns whether everything is in the store. */
    boolean flush() throws InterruptedException {
        try {
            return executor.submit(flusher::flush).get();
        } catch (RejectedExecutionException | CancellationException e) {
            return false; // closed: close() has written as much as possible
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Does now what is done at each interval. For tests. */
    void runAtInterval() {
        try {
            executor.submit(this::flushAtInterval).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void flushIfRested(int flushPercent, long maxRestNanos) {
        long start = nanoClock.getAsLong();
        if (restNanos > 0 && start - restsSince < restNanos) {
            logFailure(flusher::rest);
            return;
        }
        flushAtInterval();
        restsSince = nanoClock.getAsLong();
        long wanted = (restsSince - start) / flushPercent * (100 - flushPercent);
        restNanos = flusher.isBackingOff() ? 0 : Math.min(maxRestNanos, wanted);
    }

    private void flushAtInterval() {
        logFailure(flusher::flushAtInterval);
        if (flusher.isBackingOff()) {
            restNanos = 0; // an early flush has failed, and must be retried when the back-off ends
        } else {
            earlyFlushQueued.set(false);
        }
    }

    /** An exception would silently end the schedule, and no more views would be written. */
    private static void logFailure(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "flushing page views failed unexpectedly; retrying at the next interval", e);
        }
    }

    /** Ends the thread of a pool that could not be started. */
    void shutdown() {
        executor.shutdownNow();
    }

    /**
     * Runs a last task, and ends the thread. An interrupt of the caller ends the last task early.
     *
     * @param abort interrupts the store, if the last task takes too long
     * @return whether the caller was interrupted meanwhile
     */
    boolean close(Callable<Boolean> last, long timeoutMillis, boolean interruptedBefore, Runnable abort) {
        boolean interrupted = !interruptedBefore && await(last, timeoutMillis);
        flusher.stop();
        executor.shutdownNow().forEach(FlusherThread::cancel);
        abort.run();
        return awaitEnd() || interrupted;
    }

    /** Cancels a task that will not run, so that no thread waits for it. */
    private static void cancel(Runnable dropped) {
        if (dropped instanceof Future<?> task) {
            task.cancel(false);
        }
    }

    private boolean await(Callable<Boolean> last, long timeoutMillis) {
        Future<?> written = executor.submit(last);
        try {
            written.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "not all page views were written in time", e);
        }
        return false;
    }

    private boolean awaitEnd() {
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ABORT_SECONDS);
        while (true) {
            try {
                if (!executor.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.log(
                            Level.WARNING,
                            "the flusher thread still waits for the store; it writes nothing more, and ends when the store times out");
                }
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
