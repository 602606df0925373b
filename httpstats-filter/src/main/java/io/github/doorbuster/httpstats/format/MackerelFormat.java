package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.InFlight;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Requests;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.StatusClass;
import io.github.doorbuster.httpstats.Latency;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * The metrics that a mackerel-agent plugin prints, one a line: name, value and Unix time in seconds, separated by tabs.
 * Response times are in milliseconds; without samples they are left out.
 */
final class MackerelFormat implements StatsFormat {

    private static final int NANO_DIGITS_OF_MILLIS = 6;

    @Override
    public String contentType() {
        return "text/plain; charset=utf-8";
    }

    @Override
    public byte[] render(HttpStatsSnapshot snapshot, Sections sections) {
        Lines lines = new Lines(snapshot.takenAt().getEpochSecond());
        Requests requests = snapshot.requests();
        lines.add("http.requests.count", requests.count());
        lines.add("http.requests.count_200", requests.statusCounts().getOrDefault(200, 0L));
        lines.add("http.requests.count_403", requests.statusCounts().getOrDefault(403, 0L));
        lines.add("http.requests.count_4xx", count(snapshot, "4xx"));
        lines.add("http.requests.count_5xx", count(snapshot, "5xx"));
        InFlight inFlight = snapshot.inFlight();
        lines.add("http.in_flight.now", inFlight.now());
        lines.add("http.in_flight.peak_low", inFlight.peakLow());
        lines.add("http.in_flight.peak_high", inFlight.peakHigh());
        Latency latency = snapshot.window().latency();
        if (latency.samples() > 0) {
            lines.add("http.latency.avg_time", millis(latency.averageNanos()));
            lines.add("http.latency.time_percentile_90", millis(latency.percentileNanos(90)));
            lines.add("http.latency.time_percentile_95", millis(latency.percentileNanos(95)));
            lines.add("http.latency.time_percentile_99", millis(latency.percentileNanos(99)));
        }
        return lines.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static long count(HttpStatsSnapshot snapshot, String name) {
        StatusClass statusClass = snapshot.statusClasses().get(name);
        return statusClass == null ? 0 : statusClass.count();
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
