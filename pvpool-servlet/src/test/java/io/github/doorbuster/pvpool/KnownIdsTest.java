package io.github.doorbuster.pvpool;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.pvpool.PvPoolConfig.UnknownIds;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownIdsTest {

    private final MemoryStore store = new MemoryStore();

    private PvPool.Builder pool(String pattern, UnknownIds unknownIds) {
        return PvPool.builder()
                .store(store)
                .config(TestPools.flushedByHand()
                        .idPattern(pattern)
                        .unknownIds(unknownIds)
                        .build());
    }

    @Test
    void rejectsAllViewsOfARequestWithAnUnknownId() {
        try (PvPool pool = pool("[0-9]+", UnknownIds.REJECT).build()) {
            assertRejected(Reason.UNKNOWN_ID, pool, "1", "x1").withMessageContaining("\"x1\"");
            assertThat(add(pool, "1", "2")).isEqualTo(2);
            assertThat(pool.snapshot().acceptedViews()).isEqualTo(2);
            assertThat(pool.snapshot().rejectedRequests()).containsEntry("unknown_id", 1L);
        }
        assertThat(store.counts()).isEqualTo(Map.of("1", 1L, "2", 1L));
    }

    @Test
    void dropsUnknownIdsAndCountsThem() {
        try (PvPool pool = pool("[0-9]+", UnknownIds.DROP).build()) {
            assertThat(add(pool, "1", "x1", "2", "y")).isEqualTo(2);
            assertThat(add(pool, "x1")).isZero();
            assertThat(pool.snapshot().droppedViews()).isEqualTo(3);
            assertThat(pool.snapshot().acceptedViews()).isEqualTo(2);
            assertThat(pool.snapshot().acceptedRequests()).isEqualTo(2);
        }
        assertThat(store.counts()).isEqualTo(Map.of("1", 1L, "2", 1L));
    }

    @Test
    void patternMatchesTheWholeId() {
        try (PvPool pool = pool("[0-9]", UnknownIds.REJECT).build()) {
            assertRejected(Reason.UNKNOWN_ID, pool, "12");
        }
    }

    @Test
    void patternAndPredicateBothApply() {
        Set<String> items = Set.of("1", "x");
        try (PvPool pool =
                pool("[0-9]+", UnknownIds.DROP).knownIds(items::contains).build()) {
            assertThat(add(pool, "1", "2", "x")).isEqualTo(1);
        }
        assertThat(store.counts()).isEqualTo(Map.of("1", 1L));
    }

    @Test
    void aRepeatedKeyIsRecognisedWhenIdsWereDropped() {
        try (PvPool pool = pool("[0-9]+", UnknownIds.DROP).build()) {
            Views views = new Views(List.of("1", "x"), "key");
            assertThat(pool.add(views).toCompletableFuture().join()).isEqualTo(1);
            assertThat(pool.add(views).toCompletableFuture().join()).isEqualTo(1);
            assertThat(pool.snapshot().acceptedViews()).isEqualTo(1);
        }
    }

    @Test
    void aPredicateThatThrowsAcceptsNothing() {
        try (PvPool pool = pool("", UnknownIds.DROP)
                .knownIds(id -> {
                    throw new IllegalStateException("no items");
                })
                .build()) {
            assertThatThrownBy(() -> add(pool, "1")).hasMessage("no items");
            assertThat(pool.snapshot().pendingItems()).isZero();
        }
    }

    @Test
    void reportsAPatternThatIsNoRegularExpression() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PvPoolConfig.builder().idPattern("[0-9").build())
                .withMessageStartingWith("idPattern=[0-9: must be a regular expression");
    }
}
