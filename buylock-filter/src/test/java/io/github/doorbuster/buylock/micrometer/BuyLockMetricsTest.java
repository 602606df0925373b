package io.github.doorbuster.buylock.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class BuyLockMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void everyNumberHasAMeter() {
        BuyLock lock = BuyLock.builder().store(new InMemoryLockStore()).build();
        lock.tryAcquire("42").join().close();

        new BuyLockMetrics(lock, "till").bindTo(registry);
        lock.close();

        assertThat(registry.get("buylock.granted")
                        .tag("name", "till")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("buylock.waiting").gauge().value()).isZero();
        assertThat(registry.get("buylock.rejected").tagKeys("reason").functionCounters())
                .isNotEmpty();
        assertThat(registry.get("buylock.store.state")
                        .tag("state", "up")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("buylock.hold.time.seconds")
                        .tag("quantile", "0.99")
                        .gauge()
                        .value())
                .isNotNegative();
    }
}
