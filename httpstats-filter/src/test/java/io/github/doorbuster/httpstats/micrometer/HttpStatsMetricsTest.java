package io.github.doorbuster.httpstats.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.FakeClock;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HttpStatsMetricsTest {

    private final FakeClock clock = new FakeClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void everyNumberHasAMeter() {
        HttpStats stats = clock.newStats();
        clock.request(stats, "/buy", 200, Duration.ofMillis(20));
        clock.request(stats, "/buy", 200, Duration.ofMillis(20));
        clock.request(stats, "/items/*", 503, Duration.ofMillis(40));

        new HttpStatsMetrics(stats).bindTo(registry);

        assertThat(registry.get("httpstats.requests.count")
                        .tags("route", "/buy", "method", "GET", "status", "200")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("httpstats.routes.response.time.seconds")
                        .tags("route", "/items/*", "quantile", "0.99")
                        .gauge()
                        .value())
                .isEqualTo(0.04);
        assertThat(registry.get("httpstats.response.time.max.seconds").gauge().value())
                .isEqualTo(0.04);
        assertThat(registry.get("httpstats.in.flight").gauge().value()).isZero();
        assertThat(registry.get("httpstats.aborted").functionCounter().count()).isZero();
    }

    @Test
    void severalInstancesAreToldApartByATag() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().name("shop"));

        new HttpStatsMetrics(stats).bindTo(registry);
        new HttpStatsMetrics(clock.newStats()).bindTo(registry);

        assertThat(registry.get("httpstats.in.flight")
                        .tag("name", "shop")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void manyRoutesHaveAllTheirMeters() {
        HttpStats stats = clock.newStats();
        for (int route = 0; route < 100; route++) {
            for (int status = 200; status < 220; status++) {
                clock.request(stats, "/" + route, status, Duration.ofMillis(1));
            }
        }

        new HttpStatsMetrics(stats).bindTo(registry);

        assertThat(registry.get("httpstats.requests.count").functionCounters()).hasSize(2_000);
        assertThat(registry.get("httpstats.routes.error.share").gauges()).hasSize(100);
        assertThat(registry.get("httpstats.in.flight").gauge().value()).isZero();
    }
}
