package io.github.doorbuster.containers;

import io.github.doorbuster.containers.Servlets.Behaviour;
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

/** A way in which an application ends a request, and what the client then sees. */
enum Ending {
    ANSWERS(200, (request, response) -> response.getWriter().print("ok")),
    ANSWERS_WITHOUT_BODY(204, (request, response) -> response.setStatus(204)),
    THROWS(500, (request, response) -> {
        throw new IllegalStateException("as planned");
    }),
    THROWS_ERROR(500, (request, response) -> {
        throw new AssertionError("as planned");
    }),
    SETS_STATUS_THEN_THROWS(500, (request, response) -> {
        response.setStatus(202);
        throw new IllegalStateException("as planned");
    }),
    SENDS_ERROR(418, (request, response) -> response.sendError(418)),
    SENDS_ERROR_WITH_PAGE(409, (request, response) -> response.sendError(409)),
    THROWS_UNAVAILABLE(503, (request, response) -> {
        throw new UnavailableException("as planned", 1);
    }),
    REDIRECTS(302, (request, response) -> response.sendRedirect("/answers")),
    RESETS_ITS_STATUS(200, (request, response) -> {
        response.setStatus(404);
        response.reset();
    }),
    SETS_STATUS_TOO_LATE(200, (request, response) -> {
        response.flushBuffer();
        response.setStatus(500);
    }),
    FORWARDS(
            203,
            (request, response) -> request.getRequestDispatcher("/sets_203").forward(request, response)),
    FORWARDS_TO_A_THROW(
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
    ASYNC_TIMES_OUT_WITH_AN_ANSWER(503, (request, response) -> {
        AsyncContext async = request.startAsync();
        async.setTimeout(50);
        async.addListener(new AnswersAtTimeout());
    }),
    ASYNC_THROWS_AFTER_START(500, (request, response) -> {
        // Jetty waits for the end of asynchronous mode before it answers for what was thrown.
        request.startAsync().setTimeout(50);
        throw new IllegalStateException("as planned");
    }),
    ASYNC_DISPATCHES(203, (request, response) -> later(request.startAsync(), async -> async.dispatch("/sets_203"))),
    ASYNC_DISPATCHES_TO_A_THROW(
            500, (request, response) -> later(request.startAsync(), async -> async.dispatch("/throws"))),
    ASYNC_DISPATCHES_TO_AN_ERROR(
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
    private final Behaviour behaviour;

    Ending(int status, Behaviour behaviour) {
        this.status = status;
        this.behaviour = behaviour;
    }

    int status() {
        return status;
    }

    /** The status on the wire, 0 where the connection ends without an answer. */
    int statusOn(Product product) {
        return this == ASYNC_THROWS_AFTER_START && product.isTomcat() ? 0 : status;
    }

    String path() {
        return "/" + name().toLowerCase(Locale.ROOT);
    }

    static void registerAll(ServletContext context) {
        for (Ending ending : values()) {
            Servlets.servlet(context, ending.path(), ending.behaviour);
        }
        Servlets.servlet(context, "/sets_203", (request, response) -> response.setStatus(203));
        Servlets.servlet(
                context, "/page", (request, response) -> response.getWriter().print("page"));
    }

    private interface AsyncWork {
        void run(AsyncContext async) throws IOException;
    }

    /** Does it on a thread of neither the container nor the request, as a client library's callback would. */
    private static void later(AsyncContext async, AsyncWork work) {
        CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(() -> {
            try {
                work.run(async);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static final class AnswersAtTimeout implements AsyncListener {
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
