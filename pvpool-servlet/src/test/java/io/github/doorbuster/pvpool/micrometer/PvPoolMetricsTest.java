package io.github.doorbuster.pvpool.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.MemoryStore;
import io.github.doorbuster.pvpool.PvPool;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class PvPoolMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void everyNumberHasAMeter() {
        try (PvPool pool = PvPool.builder().store(new MemoryStore()).build()) {
            new PvPoolMetrics(pool).bindTo(registry);

            assertThat(registry.get("pvpool.accepted.views").functionCounter().count())
                    .isZero();
            assertThat(registry.get("pvpool.pending.views").gauge().value()).isZero();
            assertThat(registry.get("pvpool.flush.statements").functionCounter().count())
                    .isZero();
            assertThat(registry.get("pvpool.flush.pending.batches").gauge().value())
                    .isZero();
            assertThat(registry.get("pvpool.rejected.requests")
                            .tagKeys("reason")
                            .functionCounters())
                    .isNotEmpty();
        }
    }
}
