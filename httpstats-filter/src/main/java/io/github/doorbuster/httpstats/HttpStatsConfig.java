package io.github.doorbuster.httpstats;

import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link HttpStats}; the methods of the {@linkplain Builder builder} describe them. Either
 * {@code windowSeconds} or {@code bufferSize} is null.
 */
public record HttpStatsConfig(
        String name,
        int samplingFactor,
        @Nullable Integer windowSeconds,
        @Nullable Integer bufferSize,
        int maxRoutes,
        boolean queueTime,
        String routeAttribute,
        String exclude,
        String percentiles,
        String buckets,
        String objectives,
        int slowestRequests) {

    private static final int DEFAULT_WINDOW_SECONDS = 60;

    /**
     * Checks the settings. If neither {@code windowSeconds} nor {@code bufferSize} is given, the window has its
     * default.
     *
     * @throws IllegalArgumentException if a value is out of range; the message names key, value and range
     */
    public HttpStatsConfig {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("name=%s: must be 1 to 64 letters, digits, dots, underscores or hyphens"
                    .formatted(Excerpt.of(name)));
        }
        Settings.requireRange(
                "samplingFactor", samplingFactor, 1, 1_000_000, "1 times every request, 10 one request in ten");
        if (windowSeconds != null && bufferSize != null) {
            throw new IllegalArgumentException(
                    "bufferSize=%d: cannot be combined with windowSeconds=%d; set one of the two"
                            .formatted(bufferSize, windowSeconds));
        }
        if (bufferSize != null) {
            Settings.requireRange(
                    "bufferSize", bufferSize, 2, 1_000_000, "percentiles are taken from that many samples");
        } else {
            windowSeconds = windowSeconds == null ? DEFAULT_WINDOW_SECONDS : windowSeconds;
            Settings.requireRange(
                    "windowSeconds", windowSeconds, 1, 3600, "percentiles are taken from that many seconds");
        }
        Settings.requireRange("maxRoutes", maxRoutes, 1, 1000, "further routes are counted as _OTHER");
        Settings.requireRange("slowestRequests", slowestRequests, 0, 100, "0 turns the list off");
        ExcludedPaths.parse(exclude);
        NumberLists.percentiles(percentiles);
        NumberLists.bucketNanos(buckets);
        int objectiveRoutes = Objectives.parse(objectives).routes().size();
        if (objectiveRoutes > maxRoutes) {
            throw new IllegalArgumentException(
                    "maxRoutes=%d: must be at least the number of routes with an objective, %d"
                            .formatted(maxRoutes, objectiveRoutes));
        }
    }

    /** {@return a builder with every setting at its default} */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds an {@link HttpStatsConfig}. Not thread-safe. */
    public static final class Builder {

        private String name = "default";
        private int samplingFactor = 1;
        private @Nullable Integer windowSeconds;
        private @Nullable Integer bufferSize;
        private int maxRoutes = 100;
        private boolean queueTime;
        private String routeAttribute = "";
        private String exclude = "";
        private String percentiles = "50, 90, 95, 99, 99.9";
        private String buckets = "0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10";
        private String objectives = "";
        private int slowestRequests = 10;

        private Builder() {}

        /**
         * Sets the name that distinguishes several instances in one application: 1 to 64 letters, digits, dots,
         * underscores or hyphens, default {@code default}. A {@code StatsServlet} finds its filter by this name.
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets the sampling factor: one request in this many is timed, chosen at random; 1 to 1,000,000, default 1.
         * Counts are exact with any factor. A higher factor makes requests cheaper and percentiles less certain.
         */
        public Builder samplingFactor(int samplingFactor) {
            this.samplingFactor = samplingFactor;
            return this;
        }

        /**
         * Sets the window that percentiles are taken from, in seconds: 1 to 3600, default 60. It slides in six steps.
         * Its length does not affect memory.
         */
        public Builder windowSeconds(int windowSeconds) {
            this.windowSeconds = windowSeconds;
            return this;
        }

        /**
         * Takes the percentiles from this many of the last samples, however old, instead of a window: 2 to 1,000,000,
         * default none. Each sample takes 18 bytes or more. Cannot be combined with {@link #windowSeconds}.
         */
        public Builder bufferSize(int bufferSize) {
            this.bufferSize = bufferSize;
            return this;
        }

        /**
         * Sets how many routes are counted separately: 1 to 1000, default 100. Further routes are counted together as
         * {@code _OTHER}, which limits memory; a route takes up to 90 kB.
         */
        public Builder maxRoutes(int maxRoutes) {
            this.maxRoutes = maxRoutes;
            return this;
        }

        /**
         * Sets whether to measure how long timed requests waited upstream, by the {@value HttpStats#QUEUE_TIME_HEADER}
         * header that a proxy sets; default false.
         */
        public Builder queueTime(boolean queueTime) {
            this.queueTime = queueTime;
            return this;
        }

        /**
         * Sets the request attribute that has the route, default none. The route of a request without this attribute is
         * the pattern of its servlet mapping. Use this for frameworks that serve all requests with one servlet.
         */
        public Builder routeAttribute(String routeAttribute) {
            this.routeAttribute = routeAttribute;
            return this;
        }

        /**
         * Sets the paths whose requests are not recorded, as servlet mapping patterns ({@code /health},
         * {@code /assets/*}, {@code *.css}), separated by commas; at most 100, default none.
         */
        public Builder exclude(String exclude) {
            this.exclude = exclude;
            return this;
        }

        /**
         * Sets the percentiles of all distributions: at most 20 ascending numbers above 0 and below 100, separated by
         * commas; default {@code 50, 90, 95, 99, 99.9}. 90, 95 and 99 are always added.
         */
        public Builder percentiles(String percentiles) {
            this.percentiles = percentiles;
            return this;
        }

        /** Sets the percentiles of all distributions; see {@link #percentiles(String)}. */
        public Builder percentiles(double... percentiles) {
            return percentiles(NumberLists.text(percentiles));
        }

        /**
         * Sets the upper bounds, in seconds, of the buckets for Prometheus: at most 50 ascending numbers above 0 and
         * below 3600, separated by commas. The default bounds are those that OpenTelemetry recommends.
         */
        public Builder buckets(String buckets) {
            this.buckets = buckets;
            return this;
        }

        /**
         * Sets objectives, for example {@code /buy = 0.3 s at 99 %}: 99 % of the requests of this route should take at
         * most 0.3 seconds and not fail with a 5xx. Objectives are separated by commas, one per route, at most 100;
         * default none. The statistics show the share of the sampled requests that met their objective.
         */
        public Builder objectives(String objectives) {
            this.objectives = objectives;
            return this;
        }

        /**
         * Sets how many of the slowest requests of the window are shown, with path, status, time and trace id: 0 to
         * 100, default 10. 0 turns this off.
         */
        public Builder slowestRequests(int slowestRequests) {
            this.slowestRequests = slowestRequests;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws IllegalArgumentException if a value is out of range; the message names key, value and range
         */
        public HttpStatsConfig build() {
            return new HttpStatsConfig(
                    name,
                    samplingFactor,
                    windowSeconds,
                    bufferSize,
                    maxRoutes,
                    queueTime,
                    routeAttribute,
                    exclude,
                    percentiles,
                    buckets,
                    objectives,
                    slowestRequests);
        }
    }
}
