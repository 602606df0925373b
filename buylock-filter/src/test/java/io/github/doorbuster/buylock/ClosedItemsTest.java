package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Items that are sold out or closed, on two nodes that share a store. */
class ClosedItemsTest {

    private static final String MARK_KEY = "buy/1";

    private final FakeClock clock = new FakeClock();
    private final ScriptedStore store = new ScriptedStore();
    private final BuyLock lock = node();
    private final BuyLock other = node();

    private BuyLock node() {
        return new BuyLock(BuyLockConfig.builder().build(), store, clock.scheduler(), Runnable::run, null, Turn::new);
    }

    private static List<CompletableFuture<Grant>> acquire(int times, BuyLock node) {
        return Stream.generate(() -> node.acquire("1")).limit(times).toList();
    }

    private static void sellOut(BuyLock node) {
        Grant grant = node.acquire("1").join();
        grant.soldOut();
        grant.close();
    }

    private static void assertSoldOut(CompletableFuture<Grant> purchase) {
        assertRejected(RejectedException.Reason.SOLD_OUT, purchase);
    }

    private static void assertPaused(CompletableFuture<Grant> purchase) {
        assertRejected(RejectedException.Reason.PAUSED, purchase);
    }

    private static void assertRejected(RejectedException.Reason reason, CompletableFuture<Grant> purchase) {
        assertThat(purchase).isCompletedExceptionally();
        assertThat(purchase.handle((grant, failure) -> ((RejectedException) failure).reason())
                        .join())
                .isEqualTo(reason);
    }

    @Test
    void everybodyInLineIsAnsweredWhenAPurchaseFindsTheItemSoldOut() {
        Grant grant = lock.acquire("1").join();
        List<CompletableFuture<Grant>> waiting = acquire(100, lock);

        grant.soldOut();
        assertThat(waiting).allSatisfy(purchase -> assertThat(purchase).isNotDone());
        grant.close();

        assertThat(waiting).allSatisfy(ClosedItemsTest::assertSoldOut);
        assertThat(store.owners).isEmpty();
        assertThat(lock.snapshot().soldOut()).isEqualTo(100);
        assertThat(lock.snapshot().granted()).isEqualTo(1);
        assertThat(lock.snapshot().requests()).isEqualTo(101);
        assertThat(lock.snapshot().rejected()).doesNotContainKey(RejectedException.Reason.SOLD_OUT);
        assertThat(lock.snapshot().waiting()).isZero();
    }

    @Test
    void newcomersToASoldOutItemAreRejectedWithoutTheStore() {
        sellOut(lock);
        store.calls.clear();

        assertSoldOut(lock.acquire("1"));
        assertSoldOut(lock.tryAcquire("1"));
        assertThat(store.calls).isEmpty();
        assertThat(lock.snapshot().closedItems()).isEqualTo(1);
        assertThat(lock.acquire("2")).isCompleted();
    }

    @Test
    void onePurchaseLooksAgainAfterwardsAndTheOthersWaitForWhatItFinds() {
        sellOut(lock);
        clock.advanceMillis(2_999);
        assertSoldOut(lock.acquire("1"));
        store.marks.clear();
        clock.advanceMillis(1_001);

        CompletableFuture<Grant> look = lock.acquire("1");
        List<CompletableFuture<Grant>> waiting = acquire(10, lock);
        assertThat(look).isCompleted();
        assertThat(waiting).allSatisfy(purchase -> assertThat(purchase).isNotDone());
        look.join().soldOut();
        look.join().close();

        assertThat(waiting).allSatisfy(ClosedItemsTest::assertSoldOut);
        assertSoldOut(lock.acquire("1"));
    }

    @Test
    void aPurchaseThatLooksAndBuysOpensTheItem() {
        sellOut(lock);
        store.marks.clear();
        clock.advanceMillis(4_000);

        Grant look = lock.acquire("1").join();
        CompletableFuture<Grant> next = lock.acquire("1");
        look.close();

        assertThat(next).isCompleted();
    }

    @Test
    void aLineOnAnotherNodeIsAnsweredWhenItAsksForTheLeaseAgain() {
        Grant grant = lock.acquire("1").join();
        List<CompletableFuture<Grant>> waiting = acquire(100, other);
        store.calls.clear();

        grant.soldOut();
        grant.close();
        clock.advanceMillis(100);

        assertThat(waiting).allSatisfy(ClosedItemsTest::assertSoldOut);
        assertThat(store.calls).contains("read").doesNotContain("acquire");
        assertSoldOut(other.acquire("1"));
    }

    @Test
    void aNodeWithoutALineReadsTheMarkBeforeItAsksForTheLease() {
        sellOut(lock);
        store.calls.clear();

        assertSoldOut(other.acquire("1"));
        assertThat(store.calls.get(0)).isEqualTo("marks");
        assertThat(other.snapshot().granted()).isZero();
        assertThat(store.owners).isEmpty();
    }

    @Test
    void anotherNodeOpensAnItemSoonAfterItsMarkHasEnded() {
        sellOut(lock);
        assertSoldOut(other.acquire("1"));
        clock.advanceMillis(2_500);
        assertSoldOut(other.acquire("1"));

        store.marks.clear();
        clock.advanceMillis(250);

        assertThat(other.acquire("1")).isCompleted();
        assertSoldOut(lock.acquire("1"));
    }

    @Test
    void openItemOpensAtOnceHereAndWithinHalfASecondOnOtherNodes() {
        lock.closeItem("1", Duration.ofHours(1));
        assertSoldOut(other.acquire("1"));

        lock.openItem("1");
        lock.acquire("1").join().close();
        clock.advanceMillis(500);

        assertThat(other.acquire("1")).isCompleted();
    }

    @Test
    void closeItemAnswersTheLineOfEveryNode() {
        Grant grant = lock.acquire("1").join();
        List<CompletableFuture<Grant>> waiting = Stream.concat(acquire(5, lock).stream(), acquire(5, other).stream())
                .toList();

        other.closeItem("1", Duration.ofMinutes(10));
        clock.advanceMillis(500);

        assertThat(waiting).allSatisfy(ClosedItemsTest::assertSoldOut);
        grant.close();
        clock.advanceMillis(599_000);
        assertSoldOut(lock.acquire("1"));
        assertSoldOut(other.acquire("1"));
        clock.advanceMillis(500);
        store.marks.clear();
        clock.advanceMillis(500);
        assertThat(other.acquire("1")).isCompleted();
    }

    @Test
    void aPurchaseThatFindsNothingDoesNotShortenACloseItem() {
        Grant here = lock.acquire("1").join();
        lock.closeItem("1", Duration.ofMinutes(10));
        here.soldOut();
        here.close();
        clock.advanceMillis(9_000);

        assertThat(store.marks).containsEntry(MARK_KEY, "closed:0");
        assertSoldOut(lock.acquire("1"));
        assertSoldOut(other.acquire("1"));
    }

    @Test
    void aPurchaseThatBeganBeforeAnItemWasOpenedCannotCloseIt() {
        Grant here = lock.acquire("1").join();
        clock.advanceMillis(1);
        lock.openItem("1");
        CompletableFuture<Grant> next = lock.acquire("1");
        here.soldOut();
        here.close();

        assertThat(next).isCompleted();
        next.join().soldOut();
        next.join().close();
        assertSoldOut(lock.acquire("1"));
    }

    @Test
    void aPurchaseOfAnotherNodeThatBeganBeforeAnItemWasOpenedCannotCloseIt() {
        Grant there = other.acquire("1").join();
        clock.advanceMillis(1);
        lock.openItem("1");
        there.soldOut();
        there.close();
        clock.advanceMillis(500);

        assertThat(store.marks).containsEntry(MARK_KEY, "open:1");
        assertThat(lock.acquire("1")).isCompleted();
    }

    @Test
    void aNodeSetsTheMarkAgainThatANodeWithoutNewsHasOverwritten() {
        lock.openItem("1");
        Grant inUse = lock.acquire("1").join();
        CompletableFuture<Grant> waiting = lock.acquire("1");
        store.mark(MARK_KEY, "closed:0", Duration.ofSeconds(3));
        clock.advanceMillis(250);

        assertThat(store.marks).containsEntry(MARK_KEY, "open:1");
        inUse.close();
        assertThat(waiting).isCompleted();
    }

    @Test
    void anItemStaysClosedOnThisNodeWhileTheStoreDoesNotReply() {
        Grant grant = lock.acquire("1").join();
        store.down = true;
        grant.soldOut();
        grant.close();
        clock.advanceMillis(2_900);

        assertSoldOut(lock.acquire("1"));
        clock.advanceMillis(200);
        assertThat(lock.acquire("1")).isCompleted();
    }

    @Test
    void aPurchaseThatJoinsWhileItsItemClosesIsAnswered() {
        Grant grant = lock.acquire("1").join();
        store.delaysReplies = true;
        grant.soldOut();
        grant.close();
        CompletableFuture<Grant> late = lock.acquire("1");
        store.reply();
        store.reply();

        assertSoldOut(late);
    }

    @Test
    void whatIsRememberedOfItemsIsBoundedAndForgotten() {
        IntStream.range(0, ClosedItems.MAX_ITEMS + 5).forEach(i -> lock.closeItem("i" + i, Duration.ofSeconds(1)));
        assertThat(lock.snapshot().closedItems()).isEqualTo(ClosedItems.MAX_ITEMS);

        store.marks.clear();
        clock.advanceMillis(2_000);
        assertThat(lock.snapshot().closedItems()).isZero();
        lock.closeItem("1", Duration.ofSeconds(1));
        assertThat(lock.snapshot().closedItems()).isEqualTo(1);
    }

    @Test
    void anApplicationThatClosesNothingDoesNotReadMarks() {
        lock.acquire("1").join().close();
        clock.advanceMillis(10_000);

        assertThat(store.calls).containsExactly("acquire", "release");
    }

    @Test
    void aPauseSendsTheLineOfEveryNodeAwayWithoutClosingTheSale() {
        Grant grant = lock.acquire("1").join();
        List<CompletableFuture<Grant>> waiting = Stream.concat(acquire(5, lock).stream(), acquire(5, other).stream())
                .toList();

        lock.pauseItem("1", Duration.ofMinutes(10));
        clock.advanceMillis(500);

        assertThat(waiting).allSatisfy(ClosedItemsTest::assertPaused);
        assertPaused(lock.acquire("1"));
        assertPaused(other.acquire("1"));
        assertThat(store.marks).containsEntry(MARK_KEY, "paused:0");
        assertThat(lock.saleState("1")).isEqualTo(SaleState.PAUSED);
        assertThat(other.saleState("1")).isEqualTo(SaleState.PAUSED);
        assertThat(lock.saleState("2")).isEqualTo(SaleState.OPEN);
        assertThat(lock.snapshot().soldOut()).isZero();
        assertThat(lock.snapshot().rejected()).containsEntry(RejectedException.Reason.PAUSED, 6L);

        grant.close();
        other.openItem("1");
        clock.advanceMillis(500);
        assertThat(lock.acquire("1")).isCompleted();
    }

    @Test
    void aPauseEndsByItself() {
        lock.pauseItem("1", Duration.ofSeconds(10));
        assertPaused(other.acquire("1"));
        clock.advanceMillis(9_999);
        assertPaused(lock.acquire("1"));
        store.marks.clear();
        clock.advanceMillis(500);

        assertThat(lock.acquire("1")).isCompleted();
    }

    @Test
    void aPurchaseThatFindsNothingDoesNotEndAPause() {
        Grant here = lock.acquire("1").join();
        lock.pauseItem("1", Duration.ofMinutes(10));
        here.soldOut();
        here.close();
        clock.advanceMillis(9_000);

        assertPaused(lock.acquire("1"));
        assertPaused(other.acquire("1"));
    }

    @Test
    void whatTheApplicationSaysLastCounts() {
        lock.pauseItem("1", Duration.ofMinutes(10));
        other.closeItem("1", Duration.ofMinutes(1));
        clock.advanceMillis(500);
        assertSoldOut(lock.acquire("1"));
        assertSoldOut(other.acquire("1"));
        assertThat(lock.saleState("1")).isEqualTo(SaleState.CLOSED);

        lock.pauseItem("1", Duration.ofSeconds(30));
        clock.advanceMillis(500);
        assertPaused(lock.acquire("1"));
        assertPaused(other.acquire("1"));
    }

    @Test
    void aDurationOutOfRangeIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lock.closeItem("1", Duration.ofMillis(999)))
                .withMessageStartingWith("duration=PT0.999S: must be between PT1S and PT720H");
        assertThatIllegalArgumentException().isThrownBy(() -> lock.closeItem("1", Duration.ofDays(31)));
    }
}
