package io.github.doorbuster.httpstats.jetty;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.Outcome;
import io.github.doorbuster.httpstats.RequestDetails;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Observes the response that is sent to the client, and records the request when the stream ends. Jetty may recycle the
 * request before that, so this class reads the request earlier.
 */
final class RecordingStream extends HttpStream.Wrapper {

    private final HttpStats stats;
    private final long ticket;
    private final Request request;
    private final Supplier<@Nullable String> routeSupplier;
    private final String method;
    private final String path;
    private final @Nullable String traceparent;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private volatile int status;
    private volatile boolean stream;
    private volatile boolean excluded;
    private volatile @Nullable String route;

    RecordingStream(
            HttpStream wrapped,
            HttpStats stats,
            long ticket,
            Request request,
            Supplier<@Nullable String> routeSupplier) {
        super(wrapped);
        this.stats = stats;
        this.ticket = ticket;
        this.request = request;
        this.routeSupplier = routeSupplier;
        method = request.getMethod();
        path = String.valueOf(request.getHttpURI().getPath());
        traceparent = request.getHeaders().get("traceparent");
    }

    @Override
    public void send(
            MetaData.Request metaData,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        if (response != null && isFinal(response.getStatus())) {
            status = response.getStatus();
            stream = isStream(response);
            route = routeSupplier.get();
            excluded = Boolean.TRUE.equals(request.getAttribute(HttpStats.EXCLUDE_ATTRIBUTE));
            if (!stream && !excluded) {
                stats.recordFirstByte(ticket);
            }
        }
        super.send(metaData, response, last, content, callback);
    }

    private static boolean isFinal(int status) {
        return !HttpStatus.isInformational(status) || status == HttpStatus.SWITCHING_PROTOCOLS_101;
    }

    private static boolean isStream(MetaData.Response response) {
        return Outcome.isStream(response.getStatus(), response.getHttpFields().get(HttpHeader.CONTENT_TYPE));
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
        if (!recorded.compareAndSet(false, true)) {
            return;
        }
        if (excluded) {
            stats.discard(ticket);
        } else {
            stats.end(ticket, route, method, status, outcome, this, Details.INSTANCE);
        }
    }

    private enum Details implements RequestDetails<RecordingStream> {
        INSTANCE;

        @Override
        public String path(RecordingStream stream) {
            return stream.path;
        }

        @Override
        public @Nullable String traceparent(RecordingStream stream) {
            return stream.traceparent;
        }
    }
}
