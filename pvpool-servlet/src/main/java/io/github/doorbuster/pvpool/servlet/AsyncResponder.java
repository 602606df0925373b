package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.servlet.WaitingResponse.Exchange;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Responds to a POST when its views are accepted or rejected. Holds no thread meanwhile if the request can be async.
 */
final class AsyncResponder implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PvPoolServlet.class.getName());
    private static final int SC_UNPROCESSABLE_CONTENT = 422;

    private final HttpLimits limits;
    private final Deadlines deadlines;

    AsyncResponder(HttpLimits limits) {
        this.limits = limits;
        this.deadlines = new Deadlines(limits.acceptMillis(), System::nanoTime, this::sendOnContainerThread);
    }

    @Override
    public void close() {
        deadlines.close();
    }

    void send(HttpServletRequest request, HttpServletResponse response, CompletableFuture<Integer> accepted)
            throws IOException {
        if (accepted.isDone()) {
            sendResult(response, accepted);
        } else if (request.isAsyncSupported()) {
            sendAsync(request, response, accepted);
        } else {
            sendBlocking(response, accepted);
        }
    }

    private void sendResult(HttpServletResponse response, CompletableFuture<Integer> accepted) throws IOException {
        try {
            JsonResponses.bufferEncoded(
                    response, HttpServletResponse.SC_ACCEPTED, "{\"accepted\":" + accepted.join() + "}");
        } catch (CompletionException e) {
            sendRejection(response, e.getCause());
        }
    }

    private void sendRejection(HttpServletResponse response, @Nullable Throwable cause) throws IOException {
        if (!(cause instanceof RejectedException rejected)) {
            LOG.log(Level.ERROR, "accepting page views failed unexpectedly", cause);
            sendError(
                    response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "the views were not accepted; see the log");
            return;
        }
        String text = String.valueOf(rejected.getMessage());
        switch (rejected.reason()) {
            case KEY_REUSED -> sendError(response, SC_UNPROCESSABLE_CONTENT, text);
            case UNKNOWN_ID -> sendError(response, HttpServletResponse.SC_BAD_REQUEST, text);
            default -> sendUnavailable(response, text);
        }
    }

    /** Sends 503 with {@code Retry-After}. */
    void sendUnavailable(HttpServletResponse response, String text) throws IOException {
        response.setIntHeader("Retry-After", limits.retryAfterSeconds());
        sendError(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, text);
    }

    private static void sendError(HttpServletResponse response, int status, String text) throws IOException {
        JsonResponses.buffer(response, status, Map.of("error", text));
    }

    private void sendTimeout(HttpServletResponse response) throws IOException {
        sendUnavailable(
                response,
                "the views were not safe after acceptMillis=%d and may or may not be counted; repeat the request only if it has an Idempotency-Key"
                        .formatted(limits.acceptMillis()));
    }

    private void sendBlocking(HttpServletResponse response, CompletableFuture<Integer> accepted) throws IOException {
        try {
            accepted.get(limits.acceptMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(Level.DEBUG, "the views were not accepted", e);
        }
        sendResultOrTimeout(response, accepted);
    }

    private void sendAsync(
            HttpServletRequest request, HttpServletResponse response, CompletableFuture<Integer> accepted) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0); // The timeouts of containers are coarse, and answer 500 if they win the race.
        WaitingResponse waiting = new WaitingResponse(async, response, accepted, deadlines.next());
        deadlines.add(waiting);
        accepted.whenComplete((views, rejected) -> sendOnContainerThread(waiting));
    }

    /**
     * Sends on a thread of the container, unless somebody has sent. Each response has a task of its own, because a
     * container may drop the task of a request that has ended meanwhile.
     */
    private void sendOnContainerThread(WaitingResponse waiting) {
        Exchange exchange = waiting.take();
        if (exchange == null) {
            return;
        }
        try {
            exchange.async().start(() -> sendAndComplete(exchange));
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "the container is stopping and has no thread; responding on this one", e);
            sendAndComplete(exchange);
        }
    }

    private void sendAndComplete(Exchange exchange) {
        try {
            sendResultOrTimeout(exchange.response(), exchange.accepted());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the client has disconnected", e);
        } finally {
            exchange.async().complete();
        }
    }

    private void sendResultOrTimeout(HttpServletResponse response, CompletableFuture<Integer> accepted)
            throws IOException {
        if (accepted.isDone() || !accepted.cancel(false)) { // so that the journal drops what it has not written
            sendResult(response, accepted);
        } else {
            sendTimeout(response);
        }
    }
}
