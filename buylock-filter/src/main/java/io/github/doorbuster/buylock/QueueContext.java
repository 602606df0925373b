package io.github.doorbuster.buylock;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the queues of one lock share.
 *
 * @param tokens supplies a unique token for each lease
 * @param executor runs what may block
 * @param admission decides before a purchase enters a queue
 * @param onRetired is called with each queue that has retired
 */
record QueueContext(
        BuyLockConfig config,
        LockStore store,
        Supplier<String> tokens,
        Scheduler scheduler,
        LockMetrics metrics,
        Executor executor,
        Admission admission,
        Consumer<ItemQueue> onRetired) {

    /** Runs a task on the executor, or on this thread if the executor does not take it. */
    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RuntimeException | Error e) {
            task.run();
        }
    }
}
