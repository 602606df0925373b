package io.github.doorbuster.httpstats.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The formats of {@code /stats}: {@code json}, {@code html}, {@code mackerel}, {@code mackerel-meta} and {@code hdr};
 * if {@code io.prometheus:prometheus-metrics-exposition-textformats} is on the class path, also {@code prometheus} and
 * {@code openmetrics}. Thread-safe.
 */
public final class StatsFormats {

    private static final String JSON = "json";
    private static final String HTML = "html";
    private static final String PROMETHEUS = "prometheus";
    private static final String OPEN_METRICS = "openmetrics";

    private static final Map<String, String> BY_MEDIA_TYPE = Map.of(
            "application/json", JSON,
            "text/html", HTML,
            "application/openmetrics-text", OPEN_METRICS,
            "text/plain", PROMETHEUS);

    private final Map<String, StatsFormat> byName = new LinkedHashMap<>();

    /** Loads the formats. */
    public StatsFormats() {
        byName.put(JSON, new JsonFormat());
        byName.put(HTML, new HtmlFormat());
        // Method references would load the Prometheus classes here, outside the try block.
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
            // The Prometheus writers are optional, and not on the class path.
        }
    }

    /**
     * Returns the format with a name or, if the name is null, the format that an {@code Accept} header prefers. A
     * client without a preference gets JSON. If the classes of the preferred format are missing, this is an error,
     * because the client may not be able to read another format.
     *
     * @throws IllegalArgumentException if no format has the name; the message lists the names, and says what is missing
     */
    public StatsFormat choose(@Nullable String name, @Nullable String accept) {
        String chosen = name == null ? accepted(accept) : name;
        StatsFormat format = byName.get(chosen);
        if (format == null) {
            boolean optional = List.of(PROMETHEUS, OPEN_METRICS).contains(chosen);
            throw new IllegalArgumentException("no such format; the formats are "
                    + String.join(", ", byName.keySet())
                    + (optional
                            ? "; this one needs io.prometheus:prometheus-metrics-exposition-textformats on the class path"
                            : ""));
        }
        return format;
    }

    private String accepted(@Nullable String accept) {
        return accept == null ? JSON : AcceptHeader.preferred(accept, BY_MEDIA_TYPE, JSON);
    }
}
