package io.github.doorbuster.buylock;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the queues of one lock share.
 *
 * @param tokens supplies a unique token for each lease
 * @param executor runs what may block
 * @param admission decides before a purchase enters a queue
 * @param standby the purchases that are brought to a thread before their item is free
 * @param turns creates the turns of an item
 * @param onRetired is called with the item of each queue that has retired
 */
record QueueContext(
        BuyLockConfig config,
        LockStore store,
        Supplier<String> tokens,
        Scheduler scheduler,
        LockMetrics metrics,
        Executor executor,
        Admission admission,
        Standby standby,
        Function<BuyLockConfig, Turn> turns,
        Consumer<ItemQueue> onRetired) {

    private static final Logger LOG = System.getLogger(QueueContext.class.getName());

    /** Runs a task on the executor, or on this thread if the executor does not take it. */
    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RuntimeException | Error e) {
            task.run();
        }
    }

    /** Grants an item to a waiter, unless it was cancelled. */
    void grant(Waiter waiter, Grant grant) {
        if (!waiter.tryGrant()) {
            grant.cancel();
            return;
        }
        try {
            metrics.granted(grant.scope(), grant.grantedAt(), waiter.arrivedAt(), waiter.wasQueued());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a grant was not recorded", e);
        }
        try {
            waiter.listener().granted(grant);
        } catch (RuntimeException | Error e) {
            // The purchase has not begun, and the item must not stay locked.
            grant.abandon();
            throw e;
        }
    }

    /** Rejects a waiter, unless it was cancelled. */
    void reject(Waiter waiter, RejectedException.Reason reason) {
        if (waiter.tryReject()) {
            metrics.rejected(reason);
            execute(() -> waiter.listener().rejected(reason));
        }
    }

    Grant newGrant(String itemId, @Nullable Ownership ownership, Grant.EndListener queue, Grant.Scope scope) {
        return new Grant(itemId, scope, ownership, scheduler, executor, scheduler.now(), queue);
    }
}
