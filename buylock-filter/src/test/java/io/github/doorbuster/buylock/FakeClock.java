package io.github.doorbuster.buylock;

import io.github.doorbuster.testing.SameThreadScheduler;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A clock that a test advances, and timers that fire while it does. */
final class FakeClock extends SameThreadScheduler {

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong((Timer t) -> t.at).thenComparingLong(t -> t.order));
    private long now = 1_000_000;
    private long orders;

    Scheduler scheduler() {
        return new Scheduler(() -> now, () -> now / 1_000, this);
    }

    void advanceMillis(long millis) {
        long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
        for (Timer next = timers.peek(); next != null && next.at <= end; next = timers.peek()) {
            timers.poll();
            now = Math.max(now, next.at);
            next.fire();
        }
        now = end;
    }

    private final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
        private long at;
        private final long every;
        private final long order = orders++;

        Timer(Runnable task, long delay, long every) {
            super(task, null);
            this.at = now + delay;
            this.every = every;
            timers.add(this);
        }

        void fire() {
            if (every == 0) {
                run();
            } else if (runAndReset()) {
                at = now + every;
                timers.add(this);
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            timers.remove(this);
            return super.cancel(mayInterrupt);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - now, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return new Timer(task, unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long every, TimeUnit unit) {
        return new Timer(task, unit.toNanos(first), unit.toNanos(every));
    }

    @Override
    public void shutdown() {
        super.shutdown();
        timers.clear();
    }
}
