package io.github.doorbuster.httpstats.jetty;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.Outcome;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Notes what goes out to the client, and how it ends. */
final class RecordingStream extends HttpStream.Wrapper {

    private final HttpStats stats;
    private final long begun;
    private final Supplier<@Nullable String> routes;
    private final String method;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private volatile int status;
    private volatile boolean stream;
    private volatile @Nullable String route;

    RecordingStream(HttpStream wrapped, HttpStats stats, long begun, Supplier<@Nullable String> routes, String method) {
        super(wrapped);
        this.stats = stats;
        this.begun = begun;
        this.routes = routes;
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
            route = routes.get(); // While the request is whole; it may be recycled before the end.
            if (!stream) {
                stats.firstByte(begun);
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
        record(stream ? Outcome.STREAMED : Outcome.ANSWERED);
        super.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
        // Whoever reads an event stream leaves by hanging up.
        record(stream ? Outcome.STREAMED : Outcome.ABORTED);
        super.failed(failure);
    }

    private void record(Outcome outcome) {
        if (recorded.compareAndSet(false, true)) {
            stats.end(begun, route, method, status, outcome);
        }
    }
}
