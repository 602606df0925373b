package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Items that the application closes, pauses and opens. */
class ClosedByApplicationTest extends SaleOnTwoNodes {

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

        assertThat(waiting).allSatisfy(SaleOnTwoNodes::assertSoldOut);
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
    void aPauseSendsTheLineOfEveryNodeAwayWithoutClosingTheSale() {
        Grant grant = lock.acquire("1").join();
        List<CompletableFuture<Grant>> waiting = Stream.concat(acquire(5, lock).stream(), acquire(5, other).stream())
                .toList();

        lock.pauseItem("1", Duration.ofMinutes(10));
        clock.advanceMillis(500);

        assertThat(waiting).allSatisfy(SaleOnTwoNodes::assertPaused);
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
