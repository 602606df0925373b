package io.github.doorbuster.buylock;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The timers of one simulated node. While the node pauses, they fire late; once it has died, never. */
public final class NodeTimers extends AbstractExecutorService implements ScheduledExecutorService {

    private final VirtualTime time;
    private long pausedUntil;
    private boolean dead;
    private boolean shutdown;
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
            if (!isDone() && !shutdown) {
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
        if (shutdown) {
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
                    if (!shutdown) {
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

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long every, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}
