package io.github.doorbuster.buylock.spring;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import org.springframework.context.SmartLifecycle;

/**
 * Rejects the purchases that wait when the application begins to close, before the web server waits for the requests in
 * progress. Otherwise the server would also wait for these purchases.
 */
final class WaiterRejection implements SmartLifecycle {

    private final BuyLockFilter filter;
    private volatile boolean running;

    WaiterRejection(BuyLockFilter filter) {
        this.filter = filter;
    }

    @Override
    public void start() {
        filter.acceptWaiters();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        filter.rejectWaiters();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The highest phase stops first; the graceful shutdown of the web server has a lower one. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    /** Spring 7 pauses contexts between tests, but not their web servers. */
    public boolean isPauseable() {
        return false;
    }
}
