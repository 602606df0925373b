package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A lock with a clock and a store that the test controls. */
abstract class ScriptedLock {

    static final String KEY = "buy/42";

    final FakeClock clock = new FakeClock();
    final ScriptedStore store = new ScriptedStore();

    BuyLock lock(BuyLockConfig.Builder config) {
        return new BuyLock(config.build(), store, clock.scheduler(), Runnable::run, null, Turn::new);
    }

    BuyLock lock() {
        return lock(config());
    }

    static BuyLockConfig.Builder config() {
        return BuyLockConfig.builder();
    }

    static List<CompletableFuture<Grant>> acquire(int times, BuyLock lock) {
        return Stream.generate(() -> lock.acquire("42")).limit(times).toList();
    }

    static RejectedException.Reason rejection(CompletableFuture<Grant> purchase) {
        assertThat(purchase).isCompletedExceptionally();
        return purchase.handle((grant, failure) -> ((RejectedException) failure).reason())
                .join();
    }
}
