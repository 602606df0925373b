package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.latency.LatencySummary;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The lines a mackerel-agent plugin prints: name, value and second, separated by tabs. Times are milliseconds; without
 * samples they are left out.
 */
public final class MackerelFormat implements StatsFormat {

    private static final int NANO_DIGITS_OF_MILLIS = 6;

    /** Makes one; it has no settings. */
    public MackerelFormat() {}

    @Override
    public String contentType() {
        return "text/plain; charset=utf-8";
    }

    @Override
    public byte[] render(HttpStatsSnapshot s, Map<String, Supplier<?>> sections) {
        Lines lines = new Lines(s.takenAt().getEpochSecond());
        lines.add("http.requests.count", s.count());
        lines.add("http.requests.count_200", s.statusCounts().getOrDefault(200, 0L));
        lines.add("http.requests.count_403", s.statusCounts().getOrDefault(403, 0L));
        lines.add("http.requests.count_4xx", countOf(s, "4xx"));
        lines.add("http.requests.count_5xx", countOf(s, "5xx"));
        lines.add("http.in_flight.now", s.inFlight());
        lines.add("http.in_flight.max", s.maxInFlight());
        LatencySummary latency = s.latency();
        if (latency.samples() > 0) {
            lines.add("http.latency.avg_time", millis(latency.averageNanos()));
            lines.add("http.latency.time_percentile_90", millis(latency.p90Nanos()));
            lines.add("http.latency.time_percentile_95", millis(latency.p95Nanos()));
            lines.add("http.latency.time_percentile_99", millis(latency.p99Nanos()));
        }
        return lines.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static long countOf(HttpStatsSnapshot s, String statusClass) {
        HttpStatsSnapshot.Group group = s.statusClasses().get(statusClass);
        return group == null ? 0 : group.count();
    }

    private static String millis(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS_OF_MILLIS).toPlainString();
    }

    private static final class Lines {

        private final StringBuilder text = new StringBuilder();
        private final long second;

        Lines(long second) {
            this.second = second;
        }

        void add(String name, Object value) {
            text.append(name)
                    .append('\t')
                    .append(value)
                    .append('\t')
                    .append(second)
                    .append('\n');
        }
    }
}
