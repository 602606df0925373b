package io.github.doorbuster.httpstats.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Records an asynchronous request when it is complete, because only then its status is final. */
final class AsyncCompletionListener implements AsyncListener {

    private final RequestRecorder recorder;
    private final long start;
    private final @Nullable String mappedRoute;
    private final HttpServletRequest request;
    private final String method;
    private final HttpServletResponse response;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private volatile boolean failed;
    private volatile boolean aborted;

    AsyncCompletionListener(
            RequestRecorder recorder,
            long start,
            @Nullable String mappedRoute,
            HttpServletRequest request,
            HttpServletResponse response) {
        this.recorder = recorder;
        this.start = start;
        this.mappedRoute = mappedRoute;
        this.request = request;
        this.method = request.getMethod();
        this.response = response;
    }

    /**
     * Records a request whose application threw an exception. Not every container completes such a request: Tomcat
     * calls no listener, Jetty calls none if the response is committed.
     */
    void recordFailure(Throwable failure) {
        record(ObservedResponse.of(response, failure));
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // A new asynchronous cycle starts without listeners.
        event.getAsyncContext().addListener(this);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // The application may still respond; onComplete sees the status.
    }

    @Override
    public void onError(AsyncEvent event) {
        Throwable failure = event.getThrowable();
        failed = true;
        aborted |= ObservedResponse.isClientGone(failure) || (failure instanceof IOException && response.isCommitted());
    }

    @Override
    public void onComplete(AsyncEvent event) {
        record(ObservedResponse.ofCompleted(response, failed, aborted));
    }

    private void record(ObservedResponse observed) {
        if (recorded.compareAndSet(false, true)) {
            recorder.end(start, mappedRoute, request, method, observed.status(), observed.outcome());
        }
    }
}
