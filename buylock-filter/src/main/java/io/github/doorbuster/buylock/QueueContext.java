package io.github.doorbuster.buylock;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the queues of one lock share.
 *
 * @param tokens supplies a unique token for each lease
 * @param onRetired is called with each queue that has retired
 */
record QueueContext(
        BuyLockConfig config,
        LockStore store,
        Supplier<String> tokens,
        Scheduler scheduler,
        LockMetrics metrics,
        Consumer<ItemQueue> onRetired) {}
