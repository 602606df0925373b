package io.github.doorbuster.buylock;

import io.github.doorbuster.testing.SameThreadScheduler;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The timers of one simulated node. While the node pauses, they fire late; once it has died, never. */
public final class NodeTimers extends SameThreadScheduler {

    private final VirtualTime time;
    private long pausedUntil;
    private boolean dead;
    private int pending;

    public NodeTimers(VirtualTime time) {
        this.time = time;
    }

    void pause(long nanos) {
        pausedUntil = time.now() + nanos;
    }

    boolean isPaused() {
        return time.now() < pausedUntil;
    }

    void die() {
        dead = true;
    }

    boolean isDead() {
        return dead;
    }

    /** Single timers that have not fired. */
    int pending() {
        return pending;
    }

    /** Runs a task on this node: now, after its pause, or never. */
    public void onNode(Runnable task) {
        if (dead) {
            return;
        }
        if (time.now() < pausedUntil) {
            time.after(pausedUntil - time.now(), () -> onNode(task));
        } else {
            task.run();
        }
    }

    private final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {

        private final VirtualTime.Event event;

        Timer(Runnable task, long delay) {
            super(task, null);
            pending++;
            event = time.after(delay, () -> onNode(this));
        }

        @Override
        public void run() {
            if (!isDone() && !isShutdown()) {
                pending--;
                super.run();
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            event.cancel();
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled) {
                pending--;
            }
            return cancelled;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (isShutdown()) {
            throw new RejectedExecutionException();
        }
        return new Timer(task, unit.toNanos(delay));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long every, TimeUnit unit) {
        repeat(task, unit.toNanos(every));
        return new FutureTaskStub();
    }

    private void repeat(Runnable task, long nanos) {
        time.after(
                nanos,
                () -> onNode(() -> {
                    if (!isShutdown()) {
                        task.run();
                        repeat(task, nanos);
                    }
                }));
    }

    private static final class FutureTaskStub extends FutureTask<Void> implements ScheduledFuture<Void> {

        FutureTaskStub() {
            super(() -> null);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
