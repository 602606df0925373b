package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The graph definitions that a mackerel-agent plugin prints for the metrics of {@link MackerelFormat}. */
final class MackerelMetaFormat implements StatsFormat {

    private static final JsonMapper MAPPER = new JsonMapper();

    @Override
    public String contentType() {
        return "text/plain; charset=utf-8";
    }

    @Override
    public byte[] render(HttpStatsSnapshot snapshot, Sections sections) {
        Map<String, Graph> graphs = new LinkedHashMap<>();
        graphs.put(
                "http.requests",
                new Graph(
                        "HTTP Requests",
                        "integer",
                        List.of(
                                new Metric("count", "all"),
                                new Metric("count_200", "200"),
                                new Metric("count_403", "403"),
                                new Metric("count_4xx", "4xx"),
                                new Metric("count_5xx", "5xx"))));
        graphs.put(
                "http.in_flight",
                new Graph(
                        "HTTP In Flight",
                        "integer",
                        List.of(
                                new Metric("now", "now"),
                                new Metric("peak_low", "peak, at least"),
                                new Metric("peak_high", "peak, at most"))));
        graphs.put(
                "http.latency",
                new Graph(
                        "HTTP Latency (ms)",
                        "float",
                        List.of(
                                new Metric("avg_time", "average"),
                                new Metric("time_percentile_90", "90 percentile"),
                                new Metric("time_percentile_95", "95 percentile"),
                                new Metric("time_percentile_99", "99 percentile"))));
        String json = MAPPER.writeValueAsString(Map.of("graphs", graphs));
        return ("# mackerel-agent-plugin\n" + json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private record Graph(String label, String unit, List<Metric> metrics) {}

    private record Metric(String name, String label, boolean stacked) {

        Metric(String name, String label) {
            this(name, label, false);
        }
    }
}
