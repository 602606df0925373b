package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.flushedByHand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views that are taken off again are counted exactly once as well. */
class NegativeCountsTest extends PoolsOnFolders {

    private static PvPoolConfig.Builder negative() {
        return flushedByHand().allowNegative(true).takeOver(true);
    }

    @Test
    void pendingAndWrittenCountsAddUp() throws Exception {
        PvPool pool = pool(negative().buckets("day"));
        pool.add(Map.of("a", 5L, "b", -2L)).join();
        pool.add("a", -7).join();
        assertThat(pool.counts(List.of("a", "b", "c"))).isEqualTo(Map.of("a", -2L, "b", -2L, "c", 0L));
        assertThat(pool.series(List.of("a"), Width.DAY, 1).sum("a")).isEqualTo(-2);
        assertThat(pool.snapshot().acceptedViews()).isEqualTo(14);
        assertThat(pool.flush()).isTrue();
        pool.add("b").join();
        assertThat(pool.counts(List.of("a", "b"))).isEqualTo(Map.of("a", -2L, "b", -1L));
        assertThat(store.counts()).isEqualTo(Map.of("a", -2L, "b", -2L));
        assertThat(pool.flush()).isTrue();
        assertThat(pool.snapshot().pendingViews()).isZero();
        assertThat(pool.snapshot().pendingItems()).isZero();
    }

    @Test
    void areRefusedByDefault() {
        PvPool pool = pool();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.add("a", -2))
                .withMessage("count of item \"a\"=-2: must be 1 or more; set allowNegative to count down");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.add(new Views(List.of("b"), List.of("a"), null)))
                .withMessageContaining("allowNegative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.add("a\u0001", 1))
                .withMessageContaining("printable ASCII");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Views.ofCounts(Map.of("x".repeat(64), -1L)))
                .withMessageContaining("at most 63 characters");
        assertThat(pool.snapshot().acceptedViews()).isZero();
    }

    /** With one unit in a chunk, the two units of an item are in different transactions. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void areExactAfterKillsAndLostAnswers(int chunkRows) throws Exception {
        Random random = new Random(chunkRows);
        Map<String, Long> exact = new HashMap<>();
        for (int life = 0; life < 12; life++) {
            PvPool pool = pool(negative().chunkRows(chunkRows));
            clock.advance(Duration.ofSeconds(1));
            for (int request = 0; request < 5; request++) {
                Map<String, Long> counts = new HashMap<>();
                for (String id : List.of("a", "ab", "b", "c" + random.nextInt(3))) {
                    counts.put(id, (long) (1 + random.nextInt(5)) * (random.nextBoolean() ? 1 : -1));
                }
                pool.add(counts).join();
                counts.forEach((id, count) -> exact.merge(id, count, Long::sum));
                if (random.nextInt(3) == 0) {
                    store.failWith(random.nextBoolean() ? Fault.APPLIED_ANSWER_LOST : Fault.NOT_APPLIED);
                    pool.flush();
                    store.failWith(null);
                    assertThat(pool.counts(exact.keySet())).isEqualTo(exact);
                }
            }
            if (random.nextBoolean()) {
                crash();
            } else {
                assertThat(pool.flush()).isTrue();
                assertThat(store.counts()).isEqualTo(exact);
                pool.close();
            }
        }
        PvPool last = pool(negative());
        assertThat(last.counts(exact.keySet())).isEqualTo(exact);
        assertThat(last.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(exact);
        assertThat(last.snapshot().pendingItems()).isZero();
    }

    @Test
    void aKeyCoversThem() throws Exception {
        Views views = new Views(List.of("a", "a"), List.of("b"), "key");
        PvPool killed = pool(negative());
        assertThat(send(killed, views).join()).isEqualTo(3);
        crash();
        PvPool next = pool(negative());
        List<Integer> answers = new ArrayList<>();
        answers.add(send(next, views).join());
        answers.add(add(next, "c"));
        assertThat(answers).containsExactly(3, 1);
        assertThat(send(next, new Views(List.of("a", "a", "b"), "key"))).isCompletedExceptionally();
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", -1L, "c", 1L));
    }
}
