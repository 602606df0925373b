package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counting from Java code, without lists of ids. */
class AddCountsTest {

    private final MemoryStore store = new MemoryStore();
    private final PvPool pool = PvPool.builder()
            .store(store)
            .config(TestPools.flushedByHand().build())
            .build();

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void countsOnceOrSeveralTimes() throws Exception {
        assertThat(pool.add("1").join()).isEqualTo(1);
        assertThat(pool.add("1", 100_000).join()).isEqualTo(100_000);
        assertThat(pool.add(Map.of("1", 1L, "m2", 3L)).join()).isEqualTo(4);

        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("1", 100_002L, "m2", 3L));
    }

    @Test
    void anInvalidCountAddsNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.add(Map.of("1", 1L, "2", 0L)))
                .withMessage("count of item \"2\"=0: must not be 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.add("1", -1))
                .withMessage("count of item \"1\"=-1: must be 1 or more; set allowNegative to count down");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.add("1", Long.MAX_VALUE))
                .withMessage("counts: must add up to at most 100000; add them in several calls");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.add(
                        IntStream.range(0, 2).boxed().collect(Collectors.toMap(String::valueOf, i -> 50_001L))))
                .withMessageStartingWith("counts: must add up to at most 100000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.add("a b"))
                .withMessageStartingWith("item id \"a b\"");

        assertThat(pool.snapshot().acceptedViews()).isZero();
    }
}
