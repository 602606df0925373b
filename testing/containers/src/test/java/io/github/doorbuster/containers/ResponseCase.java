package io.github.doorbuster.containers;

import io.github.doorbuster.containers.Servlets.Service;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A way in which a servlet ends a request, with the status that the client receives. */
enum ResponseCase {
    RESPONDS(200, (request, response) -> response.getWriter().print("ok")),
    RESPONDS_WITHOUT_BODY(204, (request, response) -> response.setStatus(204)),
    THROWS(500, (request, response) -> {
        throw new IllegalStateException("expected");
    }),
    THROWS_ERROR(500, (request, response) -> {
        throw new AssertionError("expected");
    }),
    SETS_STATUS_THEN_THROWS(500, (request, response) -> {
        response.setStatus(202);
        throw new IllegalStateException("expected");
    }),
    SENDS_ERROR(418, (request, response) -> response.sendError(418)),
    SENDS_ERROR_WITH_PAGE(409, (request, response) -> response.sendError(409)),
    THROWS_UNAVAILABLE(503, (request, response) -> {
        throw new UnavailableException("expected", 1);
    }),
    REDIRECTS(302, (request, response) -> response.sendRedirect("/responds")),
    RESETS_STATUS(200, (request, response) -> {
        response.setStatus(404);
        response.reset();
    }),
    SETS_STATUS_AFTER_COMMIT(200, (request, response) -> {
        response.flushBuffer();
        response.setStatus(500);
    }),
    FORWARDS(
            203,
            (request, response) -> request.getRequestDispatcher("/sets_203").forward(request, response)),
    FORWARDS_TO_THROWS(
            500, (request, response) -> request.getRequestDispatcher("/throws").forward(request, response)),
    INCLUDES(
            200,
            (request, response) -> request.getRequestDispatcher("/sets_203").include(request, response)),

    ASYNC_COMPLETES(
            202,
            (request, response) -> later(request.startAsync(), async -> {
                ((HttpServletResponse) async.getResponse()).setStatus(202);
                async.complete();
            })),
    ASYNC_COMPLETES_AT_ONCE(202, (request, response) -> {
        response.setStatus(202);
        request.startAsync().complete();
    }),
    ASYNC_SENDS_ERROR(
            409,
            (request, response) -> later(request.startAsync(), async -> {
                ((HttpServletResponse) async.getResponse()).sendError(409);
                async.complete();
            })),
    ASYNC_TIMES_OUT(500, (request, response) -> request.startAsync().setTimeout(50)),
    ASYNC_TIMES_OUT_WITH_A_RESPONSE(503, (request, response) -> {
        AsyncContext async = request.startAsync();
        async.setTimeout(50);
        async.addListener(new RespondsOnTimeout());
    }),
    ASYNC_THROWS_AFTER_START(500, (request, response) -> {
        // Jetty handles the exception after asynchronous mode has ended.
        request.startAsync().setTimeout(50);
        throw new IllegalStateException("expected");
    }),
    ASYNC_DISPATCHES(203, (request, response) -> later(request.startAsync(), async -> async.dispatch("/sets_203"))),
    ASYNC_DISPATCHES_TO_THROWS(
            500, (request, response) -> later(request.startAsync(), async -> async.dispatch("/throws"))),
    ASYNC_DISPATCHES_TO_SENDS_ERROR(
            418, (request, response) -> later(request.startAsync(), async -> async.dispatch("/sends_error"))),
    ASYNC_STARTS_AGAIN(206, (request, response) -> {
        AsyncContext async = request.startAsync();
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            later(async, AsyncContext::dispatch);
        } else {
            later(async, again -> {
                ((HttpServletResponse) again.getResponse()).setStatus(206);
                again.complete();
            });
        }
    });

    private final int status;
    private final Service service;

    ResponseCase(int status, Service service) {
        this.status = status;
        this.service = service;
    }

    int status() {
        return status;
    }

    /** {@return the status on this container, 0 if it closes the connection without a response} */
    int statusOn(ContainerVersion version) {
        return this == ASYNC_THROWS_AFTER_START && version.isTomcat() ? 0 : status;
    }

    String path() {
        return "/" + name().toLowerCase(Locale.ROOT);
    }

    static void registerAll(ServletContext context) {
        for (ResponseCase each : values()) {
            Servlets.servlet(context, each.path(), each.service);
        }
        Servlets.servlet(context, "/sets_203", (request, response) -> response.setStatus(203));
        Servlets.servlet(
                context, "/page", (request, response) -> response.getWriter().print("page"));
    }

    private interface AsyncWork {
        void run(AsyncContext async) throws IOException;
    }

    /** Runs work on a thread that is not the container's, as the callback of a client library does. */
    private static void later(AsyncContext async, AsyncWork work) {
        CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(() -> {
            try {
                work.run(async);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static final class RespondsOnTimeout implements AsyncListener {
        @Override
        public void onTimeout(AsyncEvent event) {
            ((HttpServletResponse) event.getAsyncContext().getResponse()).setStatus(503);
            event.getAsyncContext().complete();
        }

        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
