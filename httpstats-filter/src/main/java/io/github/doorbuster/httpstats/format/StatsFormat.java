package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.util.Map;

/** A format of {@code /stats}; {@link StatsFormats} has them all. Thread-safe. */
public sealed interface StatsFormat
        permits HdrLogFormat, HtmlFormat, JsonFormat, MackerelFormat, MackerelMetaFormat, PrometheusFormat {

    /** {@return the value of the {@code Content-Type} header, with its charset} */
    String contentType();

    /** {@return further headers of the response} */
    default Map<String, String> headers() {
        return Map.of();
    }

    /**
     * Renders the body of a response.
     *
     * @param sections what other parts publish
     */
    byte[] render(HttpStatsSnapshot snapshot, Sections sections);
}
