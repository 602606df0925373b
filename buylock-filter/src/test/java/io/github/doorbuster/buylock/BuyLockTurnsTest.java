package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The turns of a node. */
class BuyLockTurnsTest extends ScriptedLock {

    @Test
    void anItemOfAnotherNodeIsPolled() {
        BuyLock lock = lock(config().pollMillis(10));
        store.takenByAnotherNode(KEY);
        CompletableFuture<Grant> purchase = lock.acquire("42");
        clock.advanceMillis(35);
        assertThat(store.count("acquire")).isEqualTo(1);
        assertThat(store.count("read")).isEqualTo(4);

        store.freedByAnotherNode(KEY);
        clock.advanceMillis(5);

        assertThat(purchase).isCompleted();
    }

    @Test
    void aNodePollsOnceForAllItsWaiters() {
        BuyLock lock = lock(config().pollMillis(10));
        store.takenByAnotherNode(KEY);
        acquire(100, lock);
        clock.advanceMillis(95);

        assertThat(store.count("read")).isEqualTo(10);
    }

    @Test
    void aNodeOffersTheLeaseToTheNextOneAfterItsTurn() {
        store.anotherNodeWaits = true;
        List<CompletableFuture<Grant>> purchases = acquire(4, lock(config().turnMillis(10)));
        purchases.get(0).join().close();
        assertThat(store.count("takeTicket"))
                .as("another node was found to wait")
                .isEqualTo(1);
        clock.advanceMillis(10);
        purchases.get(1).join().close();

        assertThat(store.count("handOver")).isEqualTo(1);
        assertThat(store.owners.get(KEY)).endsWith("#1");
        assertThat(purchases.get(2)).isNotDone();
    }

    @Test
    void aNodeGoesOnIfNoOtherNodeWaits() {
        List<CompletableFuture<Grant>> purchases = acquire(7, lock(config().handOvers(2)));
        purchases.forEach(purchase -> purchase.join().close());

        assertThat(purchases).allMatch(CompletableFuture::isDone);
        assertThat(store.count("acquire")).isEqualTo(1);
        assertThat(store.count("handOver")).isZero();
        assertThat(store.owners).isEmpty();
    }

    @Test
    void aLongPurchaseEndsTheTurnOfItsNode() {
        store.anotherNodeWaits = true;
        List<CompletableFuture<Grant>> purchases = acquire(4, lock());
        purchases.get(0).join().close();
        clock.advanceMillis(500);
        purchases.get(1).join().close();

        assertThat(store.count("handOver")).isEqualTo(1);
        assertThat(purchases.get(2)).isNotDone();
    }

    @Test
    void aLeaseThatIsGoneIsNoticedWithinATurn() {
        List<CompletableFuture<Grant>> purchases = acquire(9, lock());
        purchases.get(0).join().close();
        store.freedByAnotherNode(KEY);
        for (int i = 1; i < 7; i++) {
            clock.advanceMillis(30);
            purchases.get(i).join().close();
        }

        assertThat(store.count("acquire")).isEqualTo(2);
    }

    @Test
    void permitsLetThatManyPurchasesRunAtOnce() {
        List<CompletableFuture<Grant>> purchases = acquire(5, lock(config().permits(2)));
        assertThat(purchases).filteredOn(CompletableFuture::isDone).hasSize(2);

        purchases.get(0).join().close();
        assertThat(purchases).filteredOn(CompletableFuture::isDone).hasSize(3);
        purchases.get(1).join().close();
        purchases.get(2).join().close();
        assertThat(store.owners).as("the lease is released after the last one").isNotEmpty();
        purchases.get(3).join().close();
        purchases.get(4).join().close();
        assertThat(store.owners).isEmpty();
    }
}
