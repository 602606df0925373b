package io.github.doorbuster.httpstats.spring;

import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import org.springframework.core.env.Environment;

/** The properties {@code doorbuster.httpstats.*}. */
record HttpStatsProperties(Mapping mapping, HttpStatsConfig stats, StatsServlet.Params servlet) {

    static final String PREFIX = "doorbuster.httpstats";

    /** The request attribute in which Spring MVC stores the pattern of the selected handler. */
    private static final String SPRING_MVC_ROUTE = "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

    /** The properties that exist only in Spring Boot. */
    record Mapping(boolean enabled, String path) {

        Mapping {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("path=%s: must start with a /".formatted(path));
            }
        }
    }

    static HttpStatsProperties of(Environment environment) {
        SpringProperties properties = new SpringProperties(environment, PREFIX);
        HttpStatsConfig.Builder defaults = HttpStatsConfig.builder().routeAttribute(SPRING_MVC_ROUTE);
        if (properties.isSet("bufferSize")) {
            defaults.bufferSize(2); // The default window cannot be combined with a buffer.
        }
        HttpStatsProperties bound = new HttpStatsProperties(
                properties.bind(new Mapping(true, "/stats")),
                properties.bind(defaults.build()),
                properties.bind(StatsServlet.Params.DEFAULTS));
        properties.rejectUnknown();
        return bound;
    }
}
