package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.HttpStats;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.Optional;

/** Connects filters and servlets of one application: an attribute of its ServletContext for each name. */
final class StatsRegistry {

    private static final String PREFIX = HttpStats.class.getName() + ".";

    private StatsRegistry() {}

    static void register(ServletContext context, HttpStats stats) throws ServletException {
        String name = stats.config().name();
        Object other = context.getAttribute(PREFIX + name);
        if (other != null && other != stats) {
            throw new ServletException(
                    "init-param name=%s: another HttpStatsFilter of this application has this name; set a different one"
                            .formatted(name));
        }
        context.setAttribute(PREFIX + name, stats);
    }

    static void unregister(ServletContext context, HttpStats stats) {
        String key = PREFIX + stats.config().name();
        if (context.getAttribute(key) == stats) {
            context.removeAttribute(key);
        }
    }

    static Optional<HttpStats> find(ServletContext context, String name) {
        return Optional.ofNullable((HttpStats) context.getAttribute(PREFIX + name));
    }
}
