package io.github.doorbuster.httpstats.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.FakeClock;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.testing.CommandResult;
import io.github.doorbuster.testing.Promtool;
import io.github.doorbuster.testing.Repository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool accepts the metrics and the alert rules. */
class PromtoolIT {

    private static final String ALERTS = "docs/prometheus-alerts.yml";

    @TempDir
    private Path folder;

    @Test
    void theMetricsAreClean() {
        FakeClock clock = new FakeClock();
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().objectives("/buy = 0.3 s at 99 %"));
        clock.request(stats, "/buy", 200, Duration.ofMillis(20));
        clock.request(stats, "/items/*", 503, Duration.ofMillis(40));
        Sections sections;
        try (SectionReader reader = new SectionReader(Duration.ofMinutes(1))) {
            sections = reader.read(Map.of("lock", SectionMetricsTest::lock, "shop", () -> Map.of("open", 1)));
        }
        byte[] text = PrometheusFormat.text().render(stats.snapshot(), sections);

        CommandResult result = Promtool.checkMetrics(new String(text, StandardCharsets.UTF_8));

        assertThat(result.output()).isEmpty();
        assertThat(result.status()).isZero();
    }

    @Test
    void theAlertRulesFireWhenTheyShould() throws Exception {
        Files.copy(Repository.path(ALERTS), folder.resolve("prometheus-alerts.yml"));
        Path tests = folder.resolve("prometheus-alerts-test.yml");
        Files.copy(Repository.path("httpstats-filter/src/test/resources/prometheus-alerts-test.yml"), tests);

        assertThat(Promtool.checkRules(Repository.path(ALERTS)).orThrow().output())
                .contains("SUCCESS");
        assertThat(Promtool.testRules(tests).orThrow().output()).contains("SUCCESS");
    }
}
