package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The sale of one item on two nodes that share a store. */
abstract class SaleOnTwoNodes {

    static final String MARK_KEY = "buy/1";

    final FakeClock clock = new FakeClock();
    final ScriptedStore store = new ScriptedStore();
    final BuyLock lock = node();
    final BuyLock other = node();

    private BuyLock node() {
        return new BuyLock(BuyLockConfig.builder().build(), store, clock.scheduler(), Runnable::run, null, Turn::new);
    }

    static List<CompletableFuture<Grant>> acquire(int times, BuyLock node) {
        return Stream.generate(() -> node.acquire("1")).limit(times).toList();
    }

    static void sellOut(BuyLock node) {
        Grant grant = node.acquire("1").join();
        grant.soldOut();
        grant.close();
    }

    static void assertSoldOut(CompletableFuture<Grant> purchase) {
        assertRejected(RejectedException.Reason.SOLD_OUT, purchase);
    }

    static void assertPaused(CompletableFuture<Grant> purchase) {
        assertRejected(RejectedException.Reason.PAUSED, purchase);
    }

    private static void assertRejected(RejectedException.Reason reason, CompletableFuture<Grant> purchase) {
        assertThat(purchase).isCompletedExceptionally();
        assertThat(purchase.handle((grant, failure) -> ((RejectedException) failure).reason())
                        .join())
                .isEqualTo(reason);
    }
}
