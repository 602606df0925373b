package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Items that a purchase finds sold out. */
class ClosedItemsTest extends SaleOnTwoNodes {

    @Test
    void everybodyInLineIsAnsweredWhenAPurchaseFindsTheItemSoldOut() {
        Grant grant = lock.acquire("1").join();
        List<CompletableFuture<Grant>> waiting = acquire(100, lock);

        grant.soldOut();
        assertThat(waiting).allSatisfy(purchase -> assertThat(purchase).isNotDone());
        grant.close();

        assertThat(waiting).allSatisfy(SaleOnTwoNodes::assertSoldOut);
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

        assertThat(waiting).allSatisfy(SaleOnTwoNodes::assertSoldOut);
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

        assertThat(waiting).allSatisfy(SaleOnTwoNodes::assertSoldOut);
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
}
