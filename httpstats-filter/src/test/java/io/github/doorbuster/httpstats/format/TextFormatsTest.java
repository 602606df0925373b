package io.github.doorbuster.httpstats.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.FakeClock;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TextFormatsTest {

    private final FakeClock clock = new FakeClock();
    private final HttpStats stats = clock.newStats();

    private String render(StatsFormat format) {
        return new String(format.render(stats.snapshot(), Sections.none()), StandardCharsets.UTF_8);
    }

    private void request(String route, int status, long millis) {
        clock.request(stats, route, status, Duration.ofMillis(millis));
    }

    @Test
    void prometheusHasTheNamesOfOpenTelemetry() {
        request("/items/*", 200, 3);
        request("/items/*", 200, 30);
        request("/it\"ems\\\n", 503, 9_999_999);

        String text = render(PrometheusFormat.text());

        String series = "{http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/items/*\"";
        assertThat(text)
                .contains("# TYPE http_server_request_duration_seconds histogram\n")
                .contains("http_server_request_duration_seconds_bucket" + series + ",le=\"0.005\"} 1\n")
                .contains("http_server_request_duration_seconds_bucket" + series + ",le=\"0.025\"} 1\n")
                .contains("http_server_request_duration_seconds_bucket" + series + ",le=\"0.05\"} 2\n")
                .contains("http_server_request_duration_seconds_bucket" + series + ",le=\"+Inf\"} 2\n")
                .contains("http_server_request_duration_seconds_count" + series + "} 2\n")
                .contains("http_server_requests_total" + series + "} 2.0\n")
                .contains("http_route=\"/it\\\"ems\\\\\\n\"")
                .contains("# TYPE http_server_active_requests gauge\n")
                .contains("http_server_request_duration_seconds_sum" + series + "} 0.033\n");
        assertThat(PrometheusFormat.text().contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void openMetricsEndsWithEof() {
        assertThat(render(PrometheusFormat.openMetrics())).endsWith("# EOF\n");
        assertThat(PrometheusFormat.openMetrics().contentType())
                .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    }

    @Test
    void mackerelHasNameValueAndTime() {
        request("/a", 200, 20);
        request("/a", 404, 20);

        List<String> lines = render(new MackerelFormat()).lines().toList();

        assertThat(lines).allMatch(line -> line.matches("http\\.[a-z_.0-9]+\t\\d+(\\.\\d+)?\t\\d{10}"));
        assertThat(lines).anyMatch(line -> line.startsWith("http.requests.count\t2\t"));
        assertThat(lines).anyMatch(line -> line.startsWith("http.requests.count_4xx\t1\t"));
        assertThat(lines).anyMatch(line -> line.matches("http\\.latency\\.time_percentile_99\t20\\.0+\t\\d{10}"));
    }

    @Test
    void mackerelHasNoLatencyWithoutSamples() {
        assertThat(render(new MackerelFormat())).doesNotContain("latency");
    }

    @Test
    void mackerelDefinesEveryMetric() {
        request("/a", 200, 20);
        String[] meta = render(new MackerelMetaFormat()).split("\n", 2);

        assertThat(meta[0]).isEqualTo("# mackerel-agent-plugin");
        JsonNode graphs = new JsonMapper().readTree(meta[1]).get("graphs");
        assertThat(render(new MackerelFormat()).lines()).allSatisfy(line -> {
            String name = line.substring(0, line.indexOf('\t'));
            int dot = name.lastIndexOf('.');
            assertThat(graphs.get(name.substring(0, dot)).get("metrics").findValuesAsString("name"))
                    .contains(name.substring(dot + 1));
        });
    }

    @Test
    void hdrLogsOfTwoNodesCanBeAdded() {
        HttpStats other = clock.newStats();
        Random random = new Random(42);
        long[] all = IntStream.range(0, 20_000)
                .mapToLong(i -> {
                    boolean slow = i % 4 == 0;
                    long millis = slow ? 400 + random.nextInt(100) : 1 + random.nextInt(20);
                    clock.request(slow ? other : stats, "/a", 200, Duration.ofMillis(millis));
                    return millis * 1_000_000;
                })
                .sorted()
                .toArray();

        Histogram union = interval(stats);
        union.add(interval(other));

        assertThat(union.getTotalCount()).isEqualTo(all.length);
        for (double percentile : new double[] {50, 90, 95, 99}) {
            double exact = all[(int) Math.ceil(percentile / 100 * all.length) - 1];
            assertThat(union.getValueAtPercentile(percentile) / exact).isBetween(0.99, 1.03);
        }
    }

    private static Histogram interval(HttpStats stats) {
        byte[] log = new HdrLogFormat().render(stats.snapshot(), Sections.none());
        HistogramLogReader reader = new HistogramLogReader(new ByteArrayInputStream(log));
        Histogram histogram = (Histogram) reader.nextIntervalHistogram();
        return histogram;
    }

    @Test
    void hdrLogsOfDifferentSamplingFactorsHaveTheirTrueWeight() {
        HttpStats sampled = clock.newStats(HttpStatsConfig.builder().samplingFactor(10));
        for (int i = 0; i < 50_000; i++) {
            clock.request(sampled, "/slow", 200, Duration.ofMillis(400));
        }
        for (int i = 0; i < 50_000; i++) {
            clock.request(stats, "/fast", 200, Duration.ofMillis(4));
        }

        Histogram union = interval(stats);
        union.add(interval(sampled));

        assertThat(union.getTotalCount()).isBetween(96_000L, 104_000L);
        assertThat(union.getValueAtPercentile(40) / 1e6).isBetween(3.9, 4.1);
        assertThat(union.getValueAtPercentile(60) / 1e6).isBetween(395.0, 405.0);
    }

    @Test
    void hdrLinesHaveTheirIntervalFactorAndRoute() {
        request("/a, b", 200, 30);
        clock.advance(Duration.ofSeconds(20));
        request("/c", 200, 30);

        byte[] log = new HdrLogFormat().render(stats.snapshot(), Sections.none());

        assertThat(new String(log, StandardCharsets.UTF_8)).contains("#[Sampling factor 1: ");
        HistogramLogReader reader = new HistogramLogReader(new ByteArrayInputStream(log));
        List<Histogram> lines = new ArrayList<>();
        while (reader.hasNext()) {
            lines.add((Histogram) reader.nextIntervalHistogram());
        }
        assertThat(lines)
                .extracting(Histogram::getTag)
                .containsExactly(null, "/a__b;sampling_factor=1", "/c;sampling_factor=1");
        assertThat(lines).extracting(Histogram::getTotalCount).containsExactly(2L, 1L, 1L);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.getEndTimeStamp() - line.getStartTimeStamp())
                        .isEqualTo(20_000));
    }

    @Test
    void prometheusHasASeriesForEveryStatus() {
        for (int i = 0; i < 300; i++) {
            request("/" + i, 200 + i, 1);
        }

        assertThat(Arrays.stream(render(PrometheusFormat.text()).split("\n"))
                        .filter(line -> line.startsWith("http_server_requests_total")))
                .hasSize(300);
    }
}
