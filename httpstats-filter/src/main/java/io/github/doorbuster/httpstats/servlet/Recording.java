package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.HttpStats;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes each request through the chain once as its beginning and end, and as nothing when it is dispatched again. */
final class Recording {

    private final HttpStats stats;
    private final String attribute;
    private final String routeAttribute;
    private final boolean queueTime;

    Recording(HttpStats stats) {
        this.stats = stats;
        attribute = Recording.class.getName() + "." + stats.config().name();
        routeAttribute = stats.config().routeAttribute();
        queueTime = stats.config().queueTime();
    }

    HttpStats stats() {
        return stats;
    }

    void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Object seen = request.getAttribute(attribute);
        if (seen == null) {
            first(request, response, chain);
        } else if (seen instanceof AsyncEnd end) {
            again(end, request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void first(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setAttribute(attribute, true);
        long begun = stats.begin();
        if (queueTime && begun != HttpStats.UNTIMED) {
            stats.queuedSince(request.getHeader(HttpStats.REQUEST_START));
        }
        Throwable failure = null;
        try {
            chain.doFilter(request, response);
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            if (!request.isAsyncStarted() || !endLater(request, response, begun, failure)) {
                RequestOutcome outcome = RequestOutcome.of(response, failure);
                stats.end(begun, route(request), request.getMethod(), outcome.status(), outcome.outcome());
            }
        }
    }

    private static void again(AsyncEnd end, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (Throwable e) {
            end.thrown(e);
            throw e;
        }
    }

    private boolean endLater(
            HttpServletRequest request, HttpServletResponse response, long begun, @Nullable Throwable failure) {
        AsyncEnd end = new AsyncEnd(stats, begun, route(request), request.getMethod(), response);
        try {
            AsyncContext async = request.getAsyncContext();
            async.addListener(end);
        } catch (IllegalStateException e) {
            return false; // It completed between the question and here.
        }
        request.setAttribute(attribute, end);
        if (failure != null) {
            end.thrown(failure);
        }
        return true;
    }

    private @Nullable String route(HttpServletRequest request) {
        if (!routeAttribute.isEmpty()) {
            Object route = request.getAttribute(routeAttribute);
            if (route != null) {
                return route.toString();
            }
        }
        HttpServletMapping mapping = request.getHttpServletMapping();
        return mapping == null ? null : HttpStats.routeOf(mapping.getPattern());
    }
}
