package io.github.doorbuster.demo.console;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The limits of a rush of the console. Its users share the processors with the shop. */
enum RushLimit {
    /** Users who buy the hot item, each with a thread and a connection. */
    BUYERS(1, 500, 200),
    /** Users who send page views, each with a thread and a connection. */
    VIEWERS(0, 64, 16),
    /** Duration. A stop ends it earlier. */
    SECONDS(5, 120, 30),
    /** Stock of the hot item at the start. */
    STOCK(1, 10_000, 500);

    /**
     * The range of a number, and its default, as JSON.
     *
     * @param preset the default
     */
    record Range(
            int least, int most, @JsonProperty("default") int preset) {}

    private final Range range;

    RushLimit(int least, int most, int preset) {
        this.range = new Range(least, most, preset);
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    Range range() {
        return range;
    }

    /**
     * Returns the number, or the default if it is null.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    int of(@Nullable Integer number) {
        if (number == null) {
            return range.preset();
        }
        if (number < range.least() || number > range.most()) {
            throw new IllegalArgumentException(
                    "%s=%d: must be from %d to %d".formatted(key(), number, range.least(), range.most()));
        }
        return number;
    }
}
