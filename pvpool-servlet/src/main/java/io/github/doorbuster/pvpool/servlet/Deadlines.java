package io.github.doorbuster.pvpool.servlet;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends responses at their deadline. All waits have the same timeout, so the first response in the queue expires first,
 * and one sweep of the queue takes the place of a timer for each request.
 *
 * <p>Responses that were sent before their deadline leave the queue at a sweep. Until then they are empty.
 */
final class Deadlines implements AutoCloseable {

    /** A deadline is noticed within this share of the timeout. */
    private static final int SWEEPS_PER_TIMEOUT = 20;

    private static final long LONGEST_SWEEP_MILLIS = 100;

    private final long timeoutNanos;
    private final long sweepMillis;
    private final LongSupplier nanoClock;
    private final Consumer<WaitingResponse> expired;
    private final Queue<WaitingResponse> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean sweepIsDue = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor timer;

    Deadlines(long timeoutMillis, LongSupplier nanoClock, Consumer<WaitingResponse> expired) {
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        this.sweepMillis = Math.min(LONGEST_SWEEP_MILLIS, Math.max(1, timeoutMillis / SWEEPS_PER_TIMEOUT));
        this.nanoClock = nanoClock;
        this.expired = expired;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            // A request may start it, and its thread-locals are not for the others.
            Thread thread = new Thread(null, task, "doorbuster-pvpool-timeouts", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** The deadline of a response that begins to wait now. */
    long next() {
        return nanoClock.getAsLong() + timeoutNanos;
    }

    void add(WaitingResponse waiting) {
        queue.add(waiting);
        scheduleSweep();
    }

    private void scheduleSweep() {
        if (!sweepIsDue.get() && sweepIsDue.compareAndSet(false, true)) {
            timer.schedule(this::sweepAndContinue, sweepMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void sweepAndContinue() {
        try {
            sweep();
        } finally {
            sweepIsDue.set(false);
            if (!queue.isEmpty()) {
                scheduleSweep();
            }
        }
    }

    /** Removes the responses at the head that were sent, and ends those whose deadline is over. */
    void sweep() {
        long now = nanoClock.getAsLong();
        for (@Nullable WaitingResponse first = queue.peek(); first != null; first = queue.peek()) {
            boolean over = now - first.deadlineNanos() >= 0;
            if (!over && first.peek() != null) {
                return;
            }
            queue.remove();
            expired.accept(first);
        }
    }

    /** Ends the thread. Responses that still wait are sent when the pool answers them. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
