package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpaceSavingTest {

    private static final int COUNTERS = 50;

    private final SpaceSaving sketch = new SpaceSaving(COUNTERS);
    private final Map<String, Long> exact = new HashMap<>();
    private long all;

    private void add(String id, long views) {
        sketch.add(id, views);
        exact.merge(id, views, Long::sum);
        all += views;
    }

    @Test
    void isExactWhileEachItemHasACounter() {
        for (int round = 1; round <= 3; round++) {
            for (int i = 0; i < COUNTERS; i++) {
                add("item" + i, (long) i * round);
            }
        }
        assertThat(sketch.error()).isZero();
        exact.forEach((id, views) -> {
            assertThat(sketch.counters().get(id).views()).isEqualTo(views);
            assertThat(sketch.counters().get(id).error()).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1, 2, 8})
    void noErrorExceedsTheViewsPerCounter(double skew) {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            int item = (int) (1000 * Math.pow(random.nextDouble(), 1 + skew));
            add("item" + item, 1 + random.nextInt(9));
            if (i % 100 == 0) {
                checkBounds();
            }
        }
        checkBounds();
    }

    private void checkBounds() {
        assertThat(sketch.counters()).hasSizeLessThanOrEqualTo(COUNTERS);
        assertThat(sketch.error()).isLessThanOrEqualTo(all / COUNTERS);
        sketch.counters().forEach((id, counter) -> {
            assertThat(exact.get(id)).isBetween(counter.views() - counter.error(), counter.views());
            assertThat(counter.error()).isLessThanOrEqualTo(all / COUNTERS);
        });
        exact.forEach((id, views) -> {
            if (!sketch.counters().containsKey(id)) {
                assertThat(views).isLessThanOrEqualTo(sketch.error());
            }
        });
    }
}
