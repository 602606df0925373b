package io.github.doorbuster.httpstats;

import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link HttpStats}; made by its {@linkplain #builder() builder}.
 *
 * @param name tells several instances of one application apart; letters, digits, {@code .}, {@code _} and {@code -}
 * @param samplingFactor one request in this many is timed; 1 times all
 * @param windowSeconds how far back the times reach; {@code null} where {@code bufferSize} is set
 * @param bufferSize how many of the last samples are kept instead of a window; {@code null} for none
 * @param maxRoutes how many routes are told apart before the rest is {@code _OTHER}
 * @param queueTime whether the time since {@code X-Request-Start} is noted
 * @param routeAttribute the request attribute that holds the route, empty for the servlet mapping's pattern
 */
public record HttpStatsConfig(
        String name,
        int samplingFactor,
        @Nullable Integer windowSeconds,
        @Nullable Integer bufferSize,
        int maxRoutes,
        boolean queueTime,
        String routeAttribute) {

    static final String DEFAULT_NAME = "default";
    static final int DEFAULT_SAMPLING_FACTOR = 1;
    static final int DEFAULT_WINDOW_SECONDS = 60;
    static final int DEFAULT_MAX_ROUTES = 100;

    private static final int MAX_SAMPLING_FACTOR = 1_000_000;
    private static final int MAX_WINDOW_SECONDS = 3600;
    private static final int MAX_BUFFER_SIZE = 1_000_000;
    private static final int MAX_MAX_ROUTES = 1000;

    /**
     * Checks the settings, and fills in the window where neither it nor a buffer is given.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param samplingFactor 1 to 1,000,000
     * @param windowSeconds 1 to 3600, or {@code null}
     * @param bufferSize 2 to 1,000,000, or {@code null}
     * @param maxRoutes 1 to 1000
     * @param queueTime true or false
     * @param routeAttribute any name
     * @throws IllegalArgumentException if one is outside its limits
     */
    public HttpStatsConfig {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name=%.64s: must be 1 to 64 letters, digits, dots, underscores or hyphens".formatted(name));
        }
        Settings.requireRange(
                "samplingFactor", samplingFactor, 1, MAX_SAMPLING_FACTOR, "1 times every request, 10 one in ten");
        if (windowSeconds != null && bufferSize != null) {
            throw new IllegalArgumentException(
                    "bufferSize=%d: cannot be set together with windowSeconds=%d; keep the last samples or the last seconds"
                            .formatted(bufferSize, windowSeconds));
        }
        if (bufferSize != null) {
            Settings.requireRange(
                    "bufferSize",
                    bufferSize,
                    2,
                    MAX_BUFFER_SIZE,
                    "it is how many samples the percentiles are taken from");
        } else {
            windowSeconds = windowSeconds == null ? DEFAULT_WINDOW_SECONDS : windowSeconds;
            Settings.requireRange(
                    "windowSeconds", windowSeconds, 1, MAX_WINDOW_SECONDS, "it is how far back the times reach");
        }
        Settings.requireRange(
                "maxRoutes", maxRoutes, 1, MAX_MAX_ROUTES, "routes seen after that many are counted as _OTHER");
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings. Not safe for use by several threads. */
    public static final class Builder {

        // Null where the default depends on whether the other one is given.
        private String name = DEFAULT_NAME;
        private int samplingFactor = DEFAULT_SAMPLING_FACTOR;
        private @Nullable Integer windowSeconds;
        private @Nullable Integer bufferSize;
        private int maxRoutes = DEFAULT_MAX_ROUTES;
        private boolean queueTime;
        private String routeAttribute = "";

        private Builder() {}

        /**
         * Names this instance, so that several in one application are told apart.
         *
         * @param name 1 to 64 letters, digits, dots, underscores or hyphens; default {@code default}
         * @return this
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Times one request in so many, at random. Counts stay exact.
         *
         * @param samplingFactor 1 (default) to 1,000,000
         * @return this
         */
        public Builder samplingFactor(int samplingFactor) {
            this.samplingFactor = samplingFactor;
            return this;
        }

        /**
         * Keeps the times of the last so many seconds.
         *
         * @param windowSeconds 1 to 3600; default 60
         * @return this
         */
        public Builder windowSeconds(int windowSeconds) {
            this.windowSeconds = windowSeconds;
            return this;
        }

        /**
         * Keeps the last so many times, however old, instead of a window.
         *
         * @param bufferSize 2 to 1,000,000
         * @return this
         */
        public Builder bufferSize(int bufferSize) {
            this.bufferSize = bufferSize;
            return this;
        }

        /**
         * Tells so many routes apart; the rest is {@code _OTHER}.
         *
         * @param maxRoutes 1 to 1000; default 100
         * @return this
         */
        public Builder maxRoutes(int maxRoutes) {
            this.maxRoutes = maxRoutes;
            return this;
        }

        /**
         * Notes how long requests waited upstream, from the {@code X-Request-Start} header a proxy sets.
         *
         * @param queueTime default false
         * @return this
         */
        public Builder queueTime(boolean queueTime) {
            this.queueTime = queueTime;
            return this;
        }

        /**
         * Takes the route from a request attribute, for frameworks that serve everything from one servlet.
         *
         * @param routeAttribute the attribute's name; default empty, for the servlet mapping's pattern
         * @return this
         */
        public Builder routeAttribute(String routeAttribute) {
            this.routeAttribute = routeAttribute;
            return this;
        }

        /**
         * Checks the settings.
         *
         * @throws IllegalArgumentException if one is outside its range; the message names key, value and rule
         */
        public HttpStatsConfig build() {
            return new HttpStatsConfig(
                    name, samplingFactor, windowSeconds, bufferSize, maxRoutes, queueTime, routeAttribute);
        }
    }
}
