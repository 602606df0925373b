package io.github.doorbuster.httpstats.jetty;

import io.github.doorbuster.httpstats.ExcludedPaths;
import io.github.doorbuster.httpstats.HttpStats;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the requests of a Jetty 12 server, or of the handler that it wraps. It observes the stream that the
 * response is sent on. So it sees what no filter can: the status of error pages, aborted responses and the first byte.
 *
 * <pre>{@code
 * server.setHandler(new HttpStatsHandler(stats, List.of("/items/*", "/buy"), application));
 * }</pre>
 */
public final class HttpStatsHandler extends Handler.Wrapper {

    private final HttpStats stats;
    private final PathMappings<String> routes = new PathMappings<>();
    private final String routeAttribute;
    private final boolean queueTime;
    private final ExcludedPaths excludedPaths;

    /**
     * Wraps a handler.
     *
     * @param routes the routes, as servlet mapping patterns; a request that matches none of them is {@code _OTHER}
     * @throws IllegalArgumentException if a route is not a valid pattern
     */
    public HttpStatsHandler(HttpStats stats, List<String> routes, Handler handler) {
        super(handler);
        this.stats = Objects.requireNonNull(stats);
        routes.forEach(route -> this.routes.put(PathSpec.from(route), HttpStats.routeOf(route)));
        routeAttribute = stats.config().routeAttribute();
        queueTime = stats.config().queueTime();
        excludedPaths = ExcludedPaths.parse(stats.config().exclude());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!excludedPaths.isEmpty() && excludedPaths.contains(Request.getPathInContext(request))) {
            return super.handle(request, response, callback);
        }
        long start = stats.begin();
        try {
            if (queueTime && HttpStats.isTimed(start)) {
                stats.recordQueueTime(request.getHeaders().get(HttpStats.QUEUE_TIME_HEADER));
            }
            request.addHttpStreamWrapper(
                    stream -> new RecordingStream(stream, stats, start, request, () -> route(request)));
        } catch (Throwable e) {
            stats.discard(start); // Otherwise the request would stay in flight.
            throw e;
        }
        return super.handle(request, response, callback);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        stats.endThread();
    }

    private @Nullable String route(Request request) {
        if (!routeAttribute.isEmpty()) {
            Object route = request.getAttribute(routeAttribute);
            if (route != null) {
                return route.toString();
            }
        }
        MatchedResource<String> match = routes.getMatched(Request.getPathInContext(request));
        return match == null ? null : match.getResource();
    }
}
