package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.HttpStats;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.Optional;

/** How a filter and the servlets that show its numbers find each other: by name, through the ServletContext. */
final class NamedStats {

    private static final String PREFIX = HttpStats.class.getName() + ".";

    private NamedStats() {}

    static void publish(ServletContext context, HttpStats stats) throws ServletException {
        String name = stats.config().name();
        Object other = context.getAttribute(PREFIX + name);
        if (other != null && other != stats) {
            throw new ServletException(
                    "init-param name=%s: another HttpStatsFilter of this application has it; give each its own"
                            .formatted(name));
        }
        context.setAttribute(PREFIX + name, stats);
    }

    static void withdraw(ServletContext context, HttpStats stats) {
        String key = PREFIX + stats.config().name();
        if (context.getAttribute(key) == stats) {
            context.removeAttribute(key);
        }
    }

    static Optional<HttpStats> find(ServletContext context, String name) {
        return Optional.ofNullable((HttpStats) context.getAttribute(PREFIX + name));
    }
}
