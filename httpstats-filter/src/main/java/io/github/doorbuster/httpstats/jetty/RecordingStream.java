package io.github.doorbuster.httpstats.jetty;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.Outcome;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Observes the response that is sent to the client, and records the request when the stream ends. */
final class RecordingStream extends HttpStream.Wrapper {

    private final HttpStats stats;
    private final long start;
    private final Supplier<@Nullable String> routeSupplier;
    private final BooleanSupplier excludedSupplier;
    private final String method;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private volatile int status;
    private volatile boolean stream;
    private volatile boolean excluded;
    private volatile @Nullable String route;

    RecordingStream(
            HttpStream wrapped,
            HttpStats stats,
            long start,
            Supplier<@Nullable String> routeSupplier,
            BooleanSupplier excludedSupplier,
            String method) {
        super(wrapped);
        this.stats = stats;
        this.start = start;
        this.routeSupplier = routeSupplier;
        this.excludedSupplier = excludedSupplier;
        this.method = method;
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        if (response != null && isFinal(response.getStatus())) {
            status = response.getStatus();
            stream = isStream(response);
            // Jetty may recycle the request before the stream ends.
            route = routeSupplier.get();
            excluded = excludedSupplier.getAsBoolean();
            if (!stream && !excluded) {
                stats.recordFirstByte(start);
            }
        }
        super.send(request, response, last, content, callback);
    }

    private static boolean isFinal(int status) {
        return !HttpStatus.isInformational(status) || status == HttpStatus.SWITCHING_PROTOCOLS_101;
    }

    private static boolean isStream(MetaData.Response response) {
        String type = response.getHttpFields().get(HttpHeader.CONTENT_TYPE);
        return response.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101
                || (type != null && type.startsWith("text/event-stream"));
    }

    @Override
    public void succeeded() {
        record(stream ? Outcome.STREAMED : Outcome.COMPLETED);
        super.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
        // The client of a stream ends it by closing the connection.
        record(stream ? Outcome.STREAMED : Outcome.ABORTED);
        super.failed(failure);
    }

    private void record(Outcome outcome) {
        if (recorded.compareAndSet(false, true)) {
            if (excluded) {
                stats.discard(start);
            } else {
                stats.end(start, route, method, status, outcome);
            }
        }
    }
}
