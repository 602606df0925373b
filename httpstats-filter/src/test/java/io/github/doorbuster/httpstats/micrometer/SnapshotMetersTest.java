package io.github.doorbuster.httpstats.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SnapshotMetersTest {

    record Item(String item, int waiting) {}

    record Sale(int open, List<Item> hotItems) {}

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private long now;
    private int hot;

    private Sale sale() {
        return new Sale(1, List.of(new Item("item-" + hot, 5)));
    }

    @Test
    void theMeterOfAMetricThatIsGoneIsRemoved() {
        new SnapshotMeters(registry, "shop", this::sale, 1_000, () -> now).register();
        Gauge open = registry.get("shop.open").gauge();

        for (hot = 1; hot <= 100; hot++) {
            now += TimeUnit.SECONDS.toNanos(1);
            assertThat(open.value()).isEqualTo(1);
            assertThat(registry.get("shop.hot.items.waiting").gauges())
                    .extracting(gauge -> gauge.getId().getTag("item"))
                    .containsExactly("item-" + hot);
        }
    }

    @Test
    void aMetricThatReturnsHasItsMeterAgain() {
        new SnapshotMeters(registry, "shop", this::sale, 1_000, () -> now).register();
        Gauge open = registry.get("shop.open").gauge();
        for (int next : new int[] {1, 0}) {
            hot = next;
            now += TimeUnit.SECONDS.toNanos(1);
            open.value();
        }

        assertThat(registry.get("shop.hot.items.waiting")
                        .tag("item", "item-0")
                        .gauge()
                        .value())
                .isEqualTo(5);
    }
}
