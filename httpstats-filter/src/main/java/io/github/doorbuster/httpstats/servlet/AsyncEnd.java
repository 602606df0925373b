package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.HttpStats;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Records an asynchronous request when it is complete, and not before: only then its status is final. */
final class AsyncEnd implements AsyncListener {

    private final HttpStats stats;
    private final long begun;
    private final @Nullable String route;
    private final String method;
    private final HttpServletResponse response;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private volatile boolean failed;
    private volatile boolean aborted;

    AsyncEnd(HttpStats stats, long begun, @Nullable String route, String method, HttpServletResponse response) {
        this.stats = stats;
        this.begun = begun;
        this.route = route;
        this.method = method;
        this.response = response;
    }

    /** What throws has ended, and not every container completes it: Tomcat calls nobody, Jetty not after the commit. */
    void thrown(Throwable failure) {
        record(RequestOutcome.of(response, failure));
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Starting anew forgets the listeners of the time before.
        event.getAsyncContext().addListener(this);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // The application may still answer; what it answers is known in onComplete.
    }

    @Override
    public void onError(AsyncEvent event) {
        Throwable failure = event.getThrowable();
        failed = true;
        aborted |= RequestOutcome.clientIsGone(failure) || (failure instanceof IOException && response.isCommitted());
    }

    @Override
    public void onComplete(AsyncEvent event) {
        record(RequestOutcome.ofCompleted(response, failed, aborted));
    }

    private void record(RequestOutcome outcome) {
        if (recorded.compareAndSet(false, true)) {
            stats.end(begun, route, method, outcome.status(), outcome.outcome());
        }
    }
}
