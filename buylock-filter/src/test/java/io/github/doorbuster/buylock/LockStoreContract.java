package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every store must do; subclassed for each. */
public abstract class LockStoreContract {

    private static final Duration TIME = Duration.ofSeconds(30);

    private final String key = "contract/" + UUID.randomUUID();
    private final Lease mine = new Lease(key, "mine-1", TIME);
    private final Lease theirs = new Lease(key, "theirs-1", TIME);

    protected abstract LockStore store();

    @Test
    void aFreeKeyIsTaken() throws Exception {
        assertThat(get(store().acquire(mine))).isTrue();
    }

    @Test
    void aTakenKeyIsNotTakenAgainNotEvenByItsOwner() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().acquire(theirs))).isFalse();
        assertThat(get(store().acquire(mine))).isFalse();
    }

    @Test
    void aReleasedKeyIsFree() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().release(mine))).isTrue();
        assertThat(get(store().acquire(theirs))).isTrue();
    }

    @Test
    void nobodyReleasesAnothersKey() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().release(theirs))).isFalse();
        assertThat(get(store().acquire(theirs))).isFalse();
        assertThat(get(store().renew(mine))).isTrue();
    }

    @Test
    void aFreeKeyIsNeitherReleasedNorRenewed() throws Exception {
        assertThat(get(store().release(mine))).isFalse();
        assertThat(get(store().renew(mine))).isFalse();
        assertThat(get(store().acquire(theirs))).isTrue();
    }

    @Test
    void nobodyRenewsAnothersKey() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().renew(theirs))).isFalse();
    }

    @Test
    void anOwnKeyIsRenewedAndStillReleased() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().renew(mine))).isTrue();
        assertThat(get(store().renew(mine))).isTrue();
        assertThat(get(store().release(mine))).isTrue();
    }

    @Test
    void whoeverReleasesTwiceDoesNotTouchTheNextOwner() throws Exception {
        get(store().acquire(mine));
        get(store().release(mine));
        get(store().acquire(theirs));

        assertThat(get(store().release(mine))).isFalse();
        assertThat(get(store().renew(theirs))).isTrue();
    }

    @Test
    void keysDoNotDisturbOneAnother() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().acquire(new Lease(key + "0", "mine-2", TIME)))).isTrue();
    }

    @Test
    void aNoteTellsTheOwnerThatSomebodyWaits() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().announced(key))).isFalse();
        get(store().announce(key));
        assertThat(get(store().announced(key))).isTrue();
        assertThat(get(store().renew(mine))).isTrue();
    }

    @Test
    void operationsAreCounted() throws Exception {
        long before = store().status().operations();
        get(store().acquire(mine));
        get(store().release(mine));

        assertThat(store().status().operations() - before).isBetween(2L, 3L);
    }

    @Test
    void ofManyThreadsExactlyOneTakesTheKeyInEachRound() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 200; round++) {
                List<Future<Lease>> winners = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Lease lease = new Lease(key, "round-" + round + "-" + i, TIME);
                    winners.add(threads.submit(() -> get(store().acquire(lease)) ? lease : null));
                }
                List<Lease> taken = new ArrayList<>();
                for (Future<Lease> winner : winners) {
                    if (winner.get() != null) {
                        taken.add(winner.get());
                    }
                }
                assertThat(taken).hasSize(1);
                assertThat(get(store().release(taken.get(0)))).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    protected static <T> T get(CompletionStage<T> answer) throws Exception {
        return answer.toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
}
