package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.format.HdrLogFormat;
import io.github.doorbuster.httpstats.format.HtmlPage;
import io.github.doorbuster.httpstats.format.JsonFormat;
import io.github.doorbuster.httpstats.format.MackerelFormat;
import io.github.doorbuster.httpstats.format.MackerelMetaFormat;
import io.github.doorbuster.httpstats.format.PrometheusFormat;
import io.github.doorbuster.httpstats.format.StatsFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The formats by name, and which of them a request asks for. */
final class StatsFormats {

    private static final String JSON = "json";
    private static final String HTML = "html";
    private static final String PROMETHEUS = "prometheus";
    private static final String OPEN_METRICS = "openmetrics";

    /** Formats that a client names in {@code Accept}; whoever names none of them, or anything, gets JSON. */
    private static final Map<String, String> BY_MEDIA_TYPE = Map.of(
            "application/json", JSON,
            "text/html", HTML,
            "application/openmetrics-text", OPEN_METRICS,
            "text/plain", PROMETHEUS);

    private final Map<String, StatsFormat> byName = new LinkedHashMap<>();

    StatsFormats() {
        byName.put(JSON, new JsonFormat());
        byName.put(HTML, new HtmlPage());
        // Lambdas and not references: those would need the client's classes here, and not where they may be missing.
        addOptional(PROMETHEUS, () -> PrometheusFormat.text());
        addOptional(OPEN_METRICS, () -> PrometheusFormat.openMetrics());
        byName.put("mackerel", new MackerelFormat());
        byName.put("mackerel-meta", new MackerelMetaFormat());
        byName.put("hdr", new HdrLogFormat());
    }

    private void addOptional(String name, Supplier<StatsFormat> format) {
        try {
            byName.put(name, format.get());
        } catch (NoClassDefFoundError e) {
            // The Prometheus client's writers are not on the class path, which is the application's choice.
        }
    }

    Choice choose(@Nullable String name, @Nullable String accept) {
        if (name == null) {
            return new Choice(byName.get(accepted(accept)), "");
        }
        StatsFormat format = byName.get(name);
        if (format != null) {
            return new Choice(format, "");
        }
        String needs = List.of(PROMETHEUS, OPEN_METRICS).contains(name)
                ? "; this one needs io.prometheus:prometheus-metrics-exposition-textformats on the class path"
                : "";
        return new Choice(
                null,
                "format=%s: no such format; the formats are %s%s"
                        .formatted(Excerpt.of(name), String.join(", ", byName.keySet()), needs));
    }

    private String accepted(@Nullable String accept) {
        return accept == null ? JSON : MediaRanges.preferred(accept, BY_MEDIA_TYPE, byName.keySet(), JSON);
    }

    /** A format, or why there is none. */
    record Choice(@Nullable StatsFormat format, String error) {}
}
