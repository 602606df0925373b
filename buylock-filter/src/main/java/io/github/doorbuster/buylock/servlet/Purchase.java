package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.RejectedException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request that needs a grant: it is suspended while it waits, proceeds down the chain with its grant, and closes
 * the grant exactly once, however the request ends.
 */
final class Purchase implements AsyncListener {

    private static final Logger LOG = System.getLogger(Purchase.class.getName());
    private static final String ATTRIBUTE = Purchase.class.getName();
    private static final long DECISION_TIMEOUT_MILLIS = 10_000;

    private final HttpServletRequest request;
    private final CompletableFuture<Grant> grant;
    private final RejectionResponse rejectionResponse;
    private final AtomicBoolean resumed = new AtomicBoolean();
    private volatile boolean waitCancelled;
    private volatile boolean ended;

    Purchase(HttpServletRequest request, CompletableFuture<Grant> grant, RejectionResponse rejectionResponse) {
        this.request = request;
        this.grant = grant;
        this.rejectionResponse = rejectionResponse;
        request.setAttribute(ATTRIBUTE, this);
    }

    /** {@return the purchase that an earlier dispatch of this request has started, or null} */
    static @Nullable Purchase of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Purchase purchase ? purchase : null;
    }

    boolean isDecided() {
        return grant.isDone();
    }

    /**
     * Returns true for the one dispatch that must {@link #proceed}. Ends the wait: an undecided request was dispatched
     * by the container.
     */
    boolean tryResume() {
        grant.cancel(false);
        return resumed.compareAndSet(false, true);
    }

    /** Frees the container's thread. The request is dispatched again when the lock has granted or rejected it. */
    void suspend(HttpServletResponse response, Set<Purchase> suspended) {
        AsyncContext async = startAsync(response);
        long timeout = async.getTimeout();
        // The lock limits the wait, so the container needs no timer.
        async.setTimeout(0);
        suspended.add(this);
        grant.whenComplete((granted, rejected) -> {
            suspended.remove(this);
            if (ended) {
                return;
            }
            if (waitCancelled && grant.isCancelled()) {
                rejectWithoutDispatch(async);
                return;
            }
            restoreTimeout(async, timeout);
            try {
                async.dispatch();
            } catch (RuntimeException e) {
                dispatchFailed(async);
            }
        });
    }

    private AsyncContext startAsync(HttpServletResponse response) {
        try {
            AsyncContext async = request.startAsync(request, response);
            async.addListener(this);
            return async;
        } catch (RuntimeException e) {
            // For example, a filter before this one has started it already. The purchase must not stay in the queue.
            requestEnded();
            throw e;
        }
    }

    /** Restores the timeout that the application would have without this filter. */
    private static void restoreTimeout(AsyncContext async, long timeout) {
        try {
            async.setTimeout(timeout);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "this container accepts a timeout only in the dispatch that started the wait", e);
        }
    }

    /** The container rejected the dispatch: the request has ended, or the application is being undeployed. */
    private void dispatchFailed(AsyncContext async) {
        boolean stillOpen = !ended;
        requestEnded();
        if (stillOpen) {
            rejectWithoutDispatch(async);
        }
    }

    /** Rejects a request that still waits, without a dispatch. */
    void cancelWait() {
        waitCancelled = true;
        grant.cancel(false);
    }

    /** Blocks a request that cannot be suspended until the lock has granted or rejected it. */
    void awaitDecision() {
        try {
            grant.get(DECISION_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            LOG.log(Level.DEBUG, "rejected", e);
        } catch (TimeoutException e) {
            grant.cancel(false);
        } catch (InterruptedException e) {
            grant.cancel(false);
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Goes down the chain with the grant, or sends the rejection. The chain gets the request of the first dispatch: in
     * a later one the container may have wrapped it, and the wrapper would add the query's parameters a second time.
     */
    void proceed(HttpServletResponse response, FilterChain chain) throws IOException, ServletException {
        if (grant.isCompletedExceptionally()) {
            rejectionResponse.send(response, rejectionReason());
            return;
        }
        Grant held = grant.join();
        boolean failed = true;
        try {
            request.setAttribute(BuyLockFilter.GRANT, held);
            chain.doFilter(request, response);
            failed = false;
        } finally {
            // If an application fails right after startAsync, Tomcat never completes the request.
            if (failed || !continuesAsync()) {
                held.close();
            }
        }
    }

    private RejectedException.Reason rejectionReason() {
        Throwable failure = grant.handle((granted, thrown) -> thrown).join();
        return failure instanceof RejectedException e ? e.reason() : RejectedException.Reason.LOCKED;
    }

    private void rejectWithoutDispatch(AsyncContext async) {
        try {
            HttpServletResponse response = (HttpServletResponse) async.getResponse();
            rejectionResponse.send(response, RejectedException.Reason.CLOSED);
            response.flushBuffer();
            async.complete();
        } catch (IllegalStateException | IOException e) {
            LOG.log(Level.DEBUG, "a client left while its purchase waited", e);
        }
    }

    /** If the application has started asynchronous processing, its purchase ends when its request completes. */
    private boolean continuesAsync() {
        if (!request.isAsyncStarted()) {
            return false;
        }
        try {
            request.getAsyncContext().addListener(this);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private void requestEnded() {
        ended = true;
        if (!grant.cancel(false) && !grant.isCompletedExceptionally()) {
            if (tryResume()) {
                grant.join().abandon();
            } else {
                grant.join().close();
            }
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

    /** Ends the wait when the container times it out, as Tomcat does when it stops a context. A purchase goes on. */
    @Override
    public void onTimeout(AsyncEvent event) {
        cancelWait();
    }

    /** Ends the wait. A purchase goes on until {@link #onComplete}. */
    @Override
    public void onError(AsyncEvent event) {
        cancelWait();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        requestEnded();
    }
}
