package io.github.doorbuster.buylock;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A monotonic clock and the timers that go by it. */
record Timing(LongSupplier nanoClock, ScheduledExecutorService timers) {

    long now() {
        return nanoClock.getAsLong();
    }

    Future<?> in(long nanos, Runnable task) {
        return timers.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }
}
