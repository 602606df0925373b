package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.format.JsonFormat;
import io.github.doorbuster.httpstats.format.StatsFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The formats by name, and which of them a request asks for. */
final class StatsFormats {

    private static final StatsFormat JSON = new JsonFormat();
    private static final Map<String, StatsFormat> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("json", JSON);
    }

    private StatsFormats() {}

    static Choice choose(@Nullable String name, @Nullable String accept) {
        if (name == null) {
            return new Choice(JSON, "");
        }
        StatsFormat format = BY_NAME.get(name);
        return format != null
                ? new Choice(format, "")
                : new Choice(
                        null,
                        "format=%s: no such format; the formats are %s"
                                .formatted(JsonError.excerpt(name), String.join(", ", BY_NAME.keySet())));
    }

    /** A format, or why there is none. */
    record Choice(@Nullable StatsFormat format, String error) {}
}
