package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.LockStore.KeyState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link LockStore} must do. Subclass it for each store. */
public abstract class LockStoreContract {

    private static final Duration DURATION = Duration.ofSeconds(30);

    private final String key = "contract/" + UUID.randomUUID();
    private final Lease mine = new Lease(key, "mine-1", DURATION);
    private final Lease theirs = new Lease(key, "theirs-1", DURATION);

    protected abstract LockStore store();

    /** Without the version, which is the store's own. */
    private KeyState readState(@Nullable String line) throws Exception {
        KeyState state = get(store().read(key, line));
        return new KeyState(state.token(), state.note(), state.lastTicket(), state.mark(), null);
    }

    private CompletionStage<Boolean> renew(Lease lease) {
        return store().replace(lease, lease);
    }

    @Test
    void aFreeKeyIsAcquired() throws Exception {
        assertThat(get(store().acquire(mine))).isTrue();
    }

    @Test
    void aTakenKeyIsNotAcquiredAgain() throws Exception {
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
    void onlyTheOwnerReleasesAKey() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().release(theirs))).isFalse();
        assertThat(get(store().acquire(theirs))).isFalse();
        assertThat(get(renew(mine))).isTrue();
    }

    @Test
    void aFreeKeyIsNeitherReleasedNorRenewed() throws Exception {
        assertThat(get(store().release(mine))).isFalse();
        assertThat(get(renew(mine))).isFalse();
        assertThat(get(store().acquire(theirs))).isTrue();
    }

    @Test
    void onlyTheOwnerRenewsAKey() throws Exception {
        get(store().acquire(mine));

        assertThat(get(renew(theirs))).isFalse();
    }

    @Test
    void aRenewedKeyIsReleased() throws Exception {
        get(store().acquire(mine));

        assertThat(get(renew(mine))).isTrue();
        assertThat(get(renew(mine))).isTrue();
        assertThat(get(store().release(mine))).isTrue();
    }

    @Test
    void aSecondReleaseLeavesTheNextOwnerAlone() throws Exception {
        get(store().acquire(mine));
        get(store().release(mine));
        get(store().acquire(theirs));

        assertThat(get(store().release(mine))).isFalse();
        assertThat(get(renew(theirs))).isTrue();
    }

    @Test
    void keysAreIndependent() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().acquire(new Lease(key + "0", "mine-2", DURATION))))
                .isTrue();
    }

    @Test
    void aLeaseIsHandedOver() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().replace(mine, theirs))).isTrue();
        assertThat(get(store().release(mine))).isFalse();
        assertThat(get(renew(theirs))).isTrue();
        assertThat(get(store().replace(mine, theirs))).isFalse();
    }

    @Test
    void aReadTellsWhoHoldsTheKey() throws Exception {
        assertThat(readState(null)).isEqualTo(new KeyState(null, "", 0));
        get(store().acquire(new Lease(key, "mine-1", DURATION, "a,note")));

        assertThat(readState(null)).isEqualTo(new KeyState("mine-1", "a,note", 0));
        assertThat(readState("line")).isEqualTo(new KeyState("mine-1", "a,note", 0));
    }

    @Test
    void aLeaseIsTakenOverOnlyAsItWasSeen() throws Exception {
        get(store().acquire(mine));
        KeyState seen = get(store().read(key, null));
        get(store().replace(mine, new Lease(key, "mine-1", DURATION, "confirmed")));

        assertThat(get(store().takeOver(seen, theirs))).isFalse();
        assertThat(get(store().takeOver(get(store().read(key, null)), theirs))).isTrue();
        assertThat(get(renew(mine))).isFalse();
        assertThat(get(renew(theirs))).isTrue();
    }

    @Test
    void ticketsOfALineAreNumbered() throws Exception {
        get(store().acquire(mine));

        assertThat(get(store().takeTicket(key, "line", 1))).isEqualTo(1);
        assertThat(get(store().takeTicket(key, "line", 1))).isEqualTo(2);
        assertThat(get(store().takeTicket(key, "line", 99))).isEqualTo(3);
        assertThat(get(store().read(key, "line")).lastTicket()).isEqualTo(3);
        assertThat(get(store().read(key, "other")).lastTicket()).isZero();
        get(store().replace(mine, theirs));
        assertThat(readState("line")).isEqualTo(new KeyState("theirs-1", "", 3));
        assertThat(get(store().takeTicket(key, "other", 7))).isEqualTo(7);
    }

    @Test
    void aMarkIsReadUntilItIsReplaced() throws Exception {
        get(store().acquire(mine));
        assertThat(get(store().marks(List.of(key, key + "0")))).isEmpty();

        get(store().mark(key, "closed:1", Duration.ofSeconds(30)));
        assertThat(get(store().marks(List.of(key, key + "0")))).containsExactly(Map.entry(key, "closed:1"));
        get(store().mark(key, "open:2", Duration.ofSeconds(30)));
        assertThat(get(store().marks(List.of(key)))).containsExactly(Map.entry(key, "open:2"));
        assertThat(get(store().release(mine))).isTrue();
        assertThat(get(store().marks(List.of(key)))).hasSize(1);
    }

    @Test
    void aReadReturnsTheMarkOfItsKey() throws Exception {
        get(store().mark(key, "closed:1", Duration.ofSeconds(30)));
        assertThat(readState(null)).isEqualTo(new KeyState(null, "", 0, "closed:1", null));
        get(store().acquire(mine));
        get(store().takeTicket(key, "line", 5));

        assertThat(readState("line")).isEqualTo(new KeyState("mine-1", "", 5, "closed:1", null));
    }

    @Test
    void manyMarksAreReadAtOnce() throws Exception {
        List<String> keys =
                Stream.iterate(0, i -> i + 1).limit(200).map(i -> key + "-" + i).toList();
        List<CompletionStage<Void>> marked = keys.stream()
                .map(each -> store().mark(each, "closed:7", Duration.ofSeconds(30)))
                .toList();
        for (CompletionStage<Void> each : marked) {
            get(each);
        }

        assertThat(get(store().marks(keys))).hasSize(200).containsKeys(keys.toArray(String[]::new));
    }

    @Test
    void theGenerationChangesWithEachMark() throws Exception {
        get(store().mark(key, "closed:1", Duration.ofSeconds(30)));
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(store().markGeneration()).isNotZero());
        long first = store().markGeneration();
        get(store().mark(key, "open:2", Duration.ofSeconds(30)));

        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(store().markGeneration()).isNotEqualTo(first));
    }

    @Test
    void operationsAreCounted() throws Exception {
        long before = store().status().operations();
        get(store().acquire(mine));
        get(store().release(mine));

        assertThat(store().status().operations() - before).isBetween(2L, 3L);
    }

    @Test
    void exactlyOneOfManyThreadsAcquiresAKey() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 200; round++) {
                List<Future<Lease>> winners = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Lease lease = new Lease(key, "round-" + round + "-" + i, DURATION);
                    winners.add(threads.submit(() -> get(store().acquire(lease)) ? lease : null));
                }
                List<Lease> acquired = new ArrayList<>();
                for (Future<Lease> winner : winners) {
                    if (winner.get() != null) {
                        acquired.add(winner.get());
                    }
                }
                assertThat(acquired).hasSize(1);
                assertThat(get(store().release(acquired.get(0)))).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    protected static <T> T get(CompletionStage<T> reply) throws Exception {
        return reply.toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
}
