package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.util.Map;
import java.util.function.Supplier;

/** One way to write the numbers down. */
public interface StatsFormat {

    /**
     * Returns the media type, charset included.
     *
     * @return the value of {@code Content-Type}
     */
    String contentType();

    /**
     * Returns what else the response needs to say.
     *
     * @return header values by name
     */
    default Map<String, String> headers() {
        return Map.of();
    }

    /**
     * Writes the numbers down.
     *
     * @param snapshot the numbers of this module
     * @param sections the numbers of others, by name; formats that have no place for them ask none
     * @return the body
     */
    byte[] render(HttpStatsSnapshot snapshot, Map<String, Supplier<?>> sections);
}
