package io.github.doorbuster.httpstats.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.FakeClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a section publishes is in the text for Prometheus, with the types and labels of its components. */
class SectionMetricsTest {

    enum Reason {
        QUEUE_FULL,
        TIMEOUT
    }

    enum State {
        UP,
        DOWN
    }

    record Times(long count, Double p50, Double p99, Double max) {}

    record Store(State state, Map<String, State> servers, long failures) {}

    record Item(String item, long granted) {}

    record Lock(
            long granted,
            int waiting,
            long pendingViews,
            Map<Reason, Long> rejected,
            Map<String, Long> rejectedRequests,
            Double ratio,
            boolean fenced,
            String lastError,
            String lastWrittenAt,
            Store store,
            Times waitTime,
            Times holdTime,
            List<Item> hottest) {}

    static Lock lock() {
        Map<Reason, Long> rejected = new EnumMap<>(Reason.class);
        rejected.put(Reason.QUEUE_FULL, 3L);
        rejected.put(Reason.TIMEOUT, 4L);
        Map<String, State> servers = new TreeMap<>(Map.of("10.0.0.1:11211", State.UP));
        return new Lock(
                7,
                2,
                9,
                rejected,
                Map.of("pool_full", 1L),
                0.5,
                false,
                "the database is \"gone\"",
                "2026-11-20T12:00:00Z",
                new Store(State.DOWN, servers, 6),
                new Times(10, 0.25, 0.5, 0.75),
                new Times(0, null, null, null),
                List.of(new Item("42", 5)));
    }

    private static String text(StatsFormat format, Map<String, Supplier<?>> sections) {
        try (SectionReader reader = new SectionReader(Duration.ofMinutes(1))) {
            byte[] body = format.render(new FakeClock().newStats().snapshot(), reader.read(sections));
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    @Test
    void componentsAreCountersGaugesLabelsAndQuantiles() {
        assertThat(text(PrometheusFormat.text(), Map.of("lock", SectionMetricsTest::lock))
                        .lines())
                .contains(
                        "# TYPE lock_granted_total counter",
                        "lock_granted_total 7.0",
                        "# TYPE lock_waiting gauge",
                        "lock_waiting 2.0",
                        "# TYPE lock_pending_views gauge",
                        "lock_pending_views 9.0",
                        "lock_rejected_total{reason=\"queue_full\"} 3.0",
                        "lock_rejected_total{reason=\"timeout\"} 4.0",
                        "lock_rejected_requests_total{reason=\"pool_full\"} 1.0",
                        "lock_ratio 0.5",
                        "lock_fenced 0.0",
                        "lock_last_written_timestamp_seconds 1.795176E9",
                        "lock_store_state{state=\"down\"} 1.0",
                        "lock_store_state{state=\"up\"} 0.0",
                        "lock_store_servers{server=\"10.0.0.1:11211\",state=\"up\"} 1.0",
                        "lock_store_failures_total 6.0",
                        "# TYPE lock_wait_time_seconds summary",
                        "lock_wait_time_seconds{quantile=\"0.5\"} 0.25",
                        "lock_wait_time_seconds{quantile=\"0.99\"} 0.5",
                        "lock_wait_time_max_seconds 0.75",
                        "lock_wait_time_samples 10.0",
                        "lock_hottest_granted_total{item=\"42\"} 5.0",
                        "httpstats_section_up{section=\"lock\"} 1.0")
                .noneMatch(line -> line.contains("gone") || line.startsWith("lock_hold_time_seconds"));
    }

    @Test
    void openMetricsHasThemToo() {
        assertThat(text(PrometheusFormat.openMetrics(), Map.of("lock", SectionMetricsTest::lock))
                        .lines())
                .contains("# TYPE lock_granted counter", "lock_granted_total 7.0", "# EOF");
    }

    @Test
    void aNamedInstanceIsALabel() {
        assertThat(text(PrometheusFormat.text(), Map.of("lock.till", () -> Map.of("open", 1)))
                        .lines())
                .contains("lock_open{name=\"till\"} 1.0");
    }

    @Test
    void anApplicationsOwnSectionMayHaveAnyNames() {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("Größe der 1. Halle", 3);
        section.put("total", 4L);
        section.put("visits_total", 5L);
        section.put("info", 6);

        assertThat(text(PrometheusFormat.text(), Map.of("my-shop", () -> section))
                        .lines())
                .contains("my_shop_gr_e_der_1_halle 3.0", "my_shop_visits_total 5.0");
    }

    @Test
    void aSectionThatFailsIsDown() {
        Supplier<?> broken = () -> {
            throw new IllegalStateException("intended");
        };

        assertThat(text(PrometheusFormat.text(), Map.of("lock", broken)).lines())
                .contains("httpstats_section_up{section=\"lock\"} 0.0");
    }

    @Test
    void theNumberOfSeriesIsBounded() {
        Map<String, Object> many = new LinkedHashMap<>();
        for (int i = 0; i < 5_000; i++) {
            many.put("n" + i, i);
        }

        assertThat(text(PrometheusFormat.text(), Map.of("lock", () -> many))
                        .lines()
                        .filter(line -> line.startsWith("lock_n")))
                .hasSize(SnapshotMetrics.MAX_METRICS);
    }
}
