package io.github.doorbuster.buylock;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the queues of one lock share.
 *
 * @param tokens gives every lease a token of its own
 * @param retired hears of queues that have become empty
 */
record Node(
        BuyLockConfig config,
        LockStore store,
        Supplier<String> tokens,
        Timing timing,
        Tally tally,
        Consumer<ItemQueue> retired) {}
