package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Answers a POST once its views are safe or rejected; waiting for a disk holds no thread. */
final class AsyncResponder implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PvPoolServlet.class.getName());
    private static final int SC_UNPROCESSABLE = 422;

    private final HttpLimits limits;
    private final ScheduledThreadPoolExecutor timer;

    AsyncResponder(HttpLimits limits) {
        this.limits = limits;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "doorbuster-pvpool-timeouts");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    void send(HttpServletRequest request, HttpServletResponse response, CompletableFuture<Integer> accepted)
            throws IOException {
        if (accepted.isDone()) {
            sendNow(response, accepted);
        } else if (request.isAsyncSupported()) {
            sendLater(request, response, accepted);
        } else {
            sendAfterWaiting(response, accepted);
        }
    }

    private void sendNow(HttpServletResponse response, CompletableFuture<Integer> accepted) throws IOException {
        try {
            JsonResponses.send(response, HttpServletResponse.SC_ACCEPTED, Map.of("accepted", accepted.join()));
        } catch (CompletionException e) {
            sendRejection(response, e.getCause());
        }
    }

    private void sendRejection(HttpServletResponse response, @Nullable Throwable cause) throws IOException {
        if (!(cause instanceof RejectedException rejected)) {
            LOG.log(Level.ERROR, "accepting page views failed unexpectedly", cause);
            JsonResponses.sendError(
                    response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "the views were not accepted; see the log");
            return;
        }
        if (rejected.reason() == Reason.KEY_REUSED) {
            JsonResponses.sendError(response, SC_UNPROCESSABLE, String.valueOf(rejected.getMessage()));
            return;
        }
        sendUnavailable(response, String.valueOf(rejected.getMessage()));
    }

    void sendUnavailable(HttpServletResponse response, String text) throws IOException {
        response.setIntHeader("Retry-After", limits.retryAfterSeconds());
        JsonResponses.sendError(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, text);
    }

    private void sendTooLate(HttpServletResponse response) throws IOException {
        sendUnavailable(
                response,
                "not safe after acceptMillis=%d, so the views may or may not be counted; repeat only with an Idempotency-Key"
                        .formatted(limits.acceptMillis()));
    }

    private void sendAfterWaiting(HttpServletResponse response, CompletableFuture<Integer> accepted)
            throws IOException {
        try {
            accepted.get(limits.acceptMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(Level.DEBUG, "not accepted", e);
        }
        sendOutcome(response, accepted);
    }

    private void sendLater(
            HttpServletRequest request, HttpServletResponse response, CompletableFuture<Integer> accepted) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0); // containers time out coarsely, and answer 500 when they win the race
        AtomicBoolean answered = new AtomicBoolean();
        Runnable answerOnce = () -> {
            if (answered.compareAndSet(false, true)) {
                sendAside(async, response, accepted);
            }
        };
        Future<?> timeout = timer.schedule(answerOnce, limits.acceptMillis(), TimeUnit.MILLISECONDS);
        accepted.whenComplete((views, rejected) -> {
            timeout.cancel(false);
            answerOnce.run();
        });
    }

    /** On a thread of the container: neither the journal's thread nor the timer may wait for a client. */
    private void sendAside(AsyncContext async, HttpServletResponse response, CompletableFuture<Integer> accepted) {
        try {
            async.start(() -> sendAndComplete(async, response, accepted));
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "the container is stopping, so this thread answers", e);
            sendAndComplete(async, response, accepted);
        }
    }

    private void sendAndComplete(
            AsyncContext async, HttpServletResponse response, CompletableFuture<Integer> accepted) {
        try {
            sendOutcome(response, accepted);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the client is gone", e);
        } finally {
            async.complete();
        }
    }

    /** What is known by now; a journal that comes back later than this comes back too late. */
    private void sendOutcome(HttpServletResponse response, CompletableFuture<Integer> accepted) throws IOException {
        if (accepted.isDone()) {
            sendNow(response, accepted);
        } else {
            sendTooLate(response);
        }
    }
}
