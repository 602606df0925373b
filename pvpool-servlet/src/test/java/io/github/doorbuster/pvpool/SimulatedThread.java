package io.github.doorbuster.pvpool;

import io.github.doorbuster.testing.SameThreadScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Runs tasks on the thread that submits them. Repeated tasks run when the simulation says so. */
final class SimulatedThread extends SameThreadScheduler {

    private final List<Runnable> repeated = new ArrayList<>();

    /** Runs what is due at an interval. */
    void tick() {
        if (!isShutdown()) {
            repeated.forEach(Runnable::run);
        }
    }

    @Override
    @SuppressWarnings("NullAway")
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        repeated.add(task);
        return null;
    }
}
