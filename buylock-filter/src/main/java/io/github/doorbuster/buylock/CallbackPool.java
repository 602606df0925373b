package io.github.doorbuster.buylock;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which futures of a lock complete. Threads end after some idle time. Tasks wait in a queue. Its length
 * is limited by the number of waiters, because each waiter is decided once.
 */
final class CallbackPool implements Executor {

    static final int MAX_THREADS = 16;

    private static final long IDLE_SECONDS = 10;
    private static final long CLOSE_MILLIS = 500;

    private final ThreadPoolExecutor threads;

    private CallbackPool(ThreadPoolExecutor threads) {
        this.threads = threads;
    }

    static CallbackPool start() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    // A request may start it, and its thread-locals are not for the others.
                    Thread thread =
                            new Thread(null, task, "doorbuster-buylock-callback-" + count.incrementAndGet(), 0, false);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return new CallbackPool(threads);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /**
     * Runs the tasks in the queue, ends the threads, and waits a moment until they have ended. Later tasks are
     * rejected.
     */
    void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
