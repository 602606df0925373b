package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.ExcludedPaths;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.Outcome;
import io.github.doorbuster.httpstats.RequestDetails;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Records each request once, on its first dispatch; later dispatches of the same request only pass through. */
final class RequestRecorder {

    private final HttpStats stats;

    /** The request attribute that marks a request as seen; its value is the listener once the request is async. */
    private final String attribute;

    private final String routeAttribute;
    private final boolean hasRouteAttribute;
    private final boolean queueTime;
    private final ExcludedPaths excluded;
    private final boolean excludesPaths;

    RequestRecorder(HttpStats stats) {
        this.stats = stats;
        attribute = RequestRecorder.class.getName() + "." + stats.config().name();
        routeAttribute = stats.config().routeAttribute();
        hasRouteAttribute = !routeAttribute.isEmpty();
        queueTime = stats.config().queueTime();
        excluded = ExcludedPaths.parse(stats.config().exclude());
        excludesPaths = !excluded.isEmpty();
    }

    HttpStats stats() {
        return stats;
    }

    void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Object seen = request.getAttribute(attribute);
        if (seen == null) {
            firstDispatch(request, response, chain);
        } else if (seen instanceof AsyncCompletionListener listener) {
            asyncDispatch(listener, request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void firstDispatch(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setAttribute(attribute, true);
        if (excludesPaths && isExcluded(request)) {
            chain.doFilter(request, response);
            return;
        }
        boolean fromItsStart = seesTheStart(request.getDispatcherType());
        long start = fromItsStart ? stats.begin() : stats.beginUntimed();
        Throwable failure = null;
        try {
            if (queueTime && HttpStats.isTimed(start)) {
                stats.recordQueueTime(request.getHeader(HttpStats.QUEUE_TIME_HEADER));
            }
            chain.doFilter(request, response);
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            endFirstDispatch(request, response, start, fromItsStart, failure);
        }
    }

    private void endFirstDispatch(
            HttpServletRequest request,
            HttpServletResponse response,
            long start,
            boolean fromItsStart,
            @Nullable Throwable failure) {
        String mappedRoute;
        String method;
        int status;
        Outcome outcome;
        try {
            if (request.isAsyncStarted() && recordOnCompletion(request, response, start, failure)) {
                return;
            }
            mappedRoute = fromItsStart ? mappedRoute(request) : null;
            method = request.getMethod();
            if (failure == null) {
                // Most requests get here, without an object for their response.
                status = response.getStatus();
                outcome = ObservedResponse.outcomeOf(response);
            } else {
                ObservedResponse observed = ObservedResponse.of(response, failure);
                status = observed.status();
                outcome = observed.outcome();
            }
        } catch (Throwable e) {
            stats.discard(start); // Otherwise the request would stay in flight.
            throw e;
        }
        end(start, mappedRoute, request, method, status, outcome);
    }

    /**
     * {@return whether a request that is first seen in this dispatch has just begun} In an error or asynchronous
     * dispatch, it has not: a filter in front of this one has handled it before, and the mapping is not that of the
     * request.
     */
    private static boolean seesTheStart(DispatcherType type) {
        return type != DispatcherType.ERROR && type != DispatcherType.ASYNC;
    }

    private static void asyncDispatch(
            AsyncCompletionListener listener,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (Throwable e) {
            listener.recordFailure(e);
            throw e;
        }
    }

    private boolean isExcluded(HttpServletRequest request) {
        String path = request.getPathInfo() == null
                ? request.getServletPath()
                : request.getServletPath() + request.getPathInfo();
        return excluded.contains(path);
    }

    private boolean recordOnCompletion(
            HttpServletRequest request, HttpServletResponse response, long start, @Nullable Throwable failure) {
        AsyncCompletionListener listener =
                new AsyncCompletionListener(this, start, mappedRoute(request), request, response);
        try {
            AsyncContext async = request.getAsyncContext();
            async.addListener(listener);
        } catch (IllegalStateException e) {
            return false; // It completed after isAsyncStarted() returned true.
        }
        request.setAttribute(attribute, listener);
        if (failure != null) {
            listener.recordFailure(failure);
        }
        return true;
    }

    void end(
            long start,
            @Nullable String mappedRoute,
            HttpServletRequest request,
            String method,
            int status,
            Outcome outcome) {
        boolean isDiscarded;
        String route;
        try {
            isDiscarded = Boolean.TRUE.equals(request.getAttribute(HttpStats.EXCLUDE_ATTRIBUTE));
            route = route(request, mappedRoute);
        } catch (Throwable e) {
            stats.discard(start);
            throw e;
        }
        if (isDiscarded) {
            stats.discard(start);
        } else {
            stats.end(start, route, method, status, outcome, request, ServletDetails.INSTANCE);
        }
    }

    /**
     * {@return the route of a request that ends} A framework may set its attribute late: if the request waits in a
     * filter, after the wait.
     *
     * @param mappedRoute the route if the request has no such attribute
     */
    @Nullable
    String route(HttpServletRequest request, @Nullable String mappedRoute) {
        if (hasRouteAttribute) {
            Object route = request.getAttribute(routeAttribute);
            if (route != null) {
                return route.toString();
            }
        }
        return mappedRoute;
    }

    private static @Nullable String mappedRoute(HttpServletRequest request) {
        HttpServletMapping mapping = request.getHttpServletMapping();
        return mapping == null ? null : HttpStats.routeOf(mapping.getPattern());
    }

    private enum ServletDetails implements RequestDetails<HttpServletRequest> {
        INSTANCE;

        @Override
        public String path(HttpServletRequest request) {
            String uri = request.getRequestURI();
            return uri == null ? "" : uri; // A stub of a request in a test may have none.
        }

        @Override
        public @Nullable String traceparent(HttpServletRequest request) {
            return request.getHeader("traceparent");
        }
    }
}
