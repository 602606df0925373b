package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.RejectedException;
import io.github.doorbuster.buylock.Rejection;
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
 * One request on its way through the lock: waits in asynchronous mode, goes down the chain with its grant, and gives
 * the grant back once, however the request ends.
 */
final class Purchase implements AsyncListener {

    private static final Logger LOG = System.getLogger(Purchase.class.getName());
    private static final String ATTRIBUTE = Purchase.class.getName();
    private static final long DECIDED_WITHIN_MILLIS = 10_000;

    private final HttpServletRequest request;
    private final CompletableFuture<Grant> grant;
    private final RejectionAnswer rejectionAnswer;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile boolean turnedAway;
    private volatile boolean ended;

    Purchase(HttpServletRequest request, CompletableFuture<Grant> grant, RejectionAnswer rejectionAnswer) {
        this.request = request;
        this.grant = grant;
        this.rejectionAnswer = rejectionAnswer;
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Returns the purchase this request has become in an earlier pass, or null. */
    static @Nullable Purchase of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Purchase purchase ? purchase : null;
    }

    boolean isDecided() {
        return grant.isDone();
    }

    /**
     * Returns true for the one pass that is to go down the chain with the grant, or to answer the rejection. Whoever
     * comes back undecided has been sent by the container, and waits no longer.
     */
    boolean claim() {
        grant.cancel(false);
        return claimed.compareAndSet(false, true);
    }

    /** Frees the container's thread; the request is dispatched again when the lock has decided. */
    void suspend(HttpServletResponse response, Set<Purchase> suspended) {
        AsyncContext async = startAsync(response);
        long timeout = async.getTimeout();
        // The lock bounds the wait; a timer of the container's would only cost.
        async.setTimeout(0);
        suspended.add(this);
        grant.whenComplete((granted, rejected) -> {
            suspended.remove(this);
            if (ended) {
                return;
            }
            if (turnedAway && grant.isCancelled()) {
                answerDirectly(async);
                return;
            }
            restoreTimeout(async, timeout);
            try {
                async.dispatch();
            } catch (RuntimeException e) {
                undeliverable(async);
            }
        });
    }

    private AsyncContext startAsync(HttpServletResponse response) {
        try {
            AsyncContext async = request.startAsync(request, response);
            async.addListener(this);
            return async;
        } catch (RuntimeException e) {
            // A filter before us may have started it already: whoever cannot wait must not stay in line.
            requestEnded();
            throw e;
        }
    }

    /** The application's own asynchronous mode is to find the timeout it would have found without us. */
    private static void restoreTimeout(AsyncContext async, long timeout) {
        try {
            async.setTimeout(timeout);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "this container takes a timeout only in the pass that began to wait", e);
        }
    }

    /** The container takes no dispatch: the request has ended, or the application is being taken away. */
    private void undeliverable(AsyncContext async) {
        boolean stillOpen = !ended;
        requestEnded();
        if (stillOpen) {
            answerDirectly(async);
        }
    }

    /** Answers a waiting request where it stands, since it would be dispatched to nobody. */
    void turnAway() {
        turnedAway = true;
        grant.cancel(false);
    }

    /** For a request that cannot wait: blocks until the store has answered, or its timeout has. */
    void awaitDecision() {
        try {
            grant.get(DECIDED_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
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
     * Goes down the chain with the grant, or answers the rejection. The chain gets the request of the first pass:
     * around that of a later one the container may have put a wrapper which adds the query's parameters once more.
     */
    void conclude(HttpServletResponse response, FilterChain chain) throws IOException, ServletException {
        if (grant.isCompletedExceptionally()) {
            rejectionAnswer.send(response, rejection());
            return;
        }
        Grant held = grant.join();
        boolean threw = true;
        try {
            request.setAttribute(BuyLockFilter.GRANT, held);
            chain.doFilter(request, response);
            threw = false;
        } finally {
            // Tomcat never completes the asynchronous mode of an application that throws right after starting it.
            if (threw || !endsLater()) {
                held.close();
            }
        }
    }

    private Rejection rejection() {
        Throwable rejected = grant.handle((granted, why) -> why).join();
        return rejected instanceof RejectedException e ? e.reason() : Rejection.LOCKED;
    }

    private void answerDirectly(AsyncContext async) {
        try {
            HttpServletResponse response = (HttpServletResponse) async.getResponse();
            rejectionAnswer.send(response, Rejection.CLOSED);
            response.flushBuffer();
            async.complete();
        } catch (IllegalStateException | IOException e) {
            LOG.log(Level.DEBUG, "a client left while its purchase waited", e);
        }
    }

    /** An application that has gone asynchronous ends its purchase when its request ends. */
    private boolean endsLater() {
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
            if (claim()) {
                grant.join().giveBack();
            } else {
                grant.join().close();
            }
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

    /** Ends a wait that the container cuts short, as Tomcat does in a context that stops; a purchase goes on. */
    @Override
    public void onTimeout(AsyncEvent event) {
        turnAway();
    }

    /** Ends a wait; a purchase goes on to {@link #onComplete}. */
    @Override
    public void onError(AsyncEvent event) {
        turnAway();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        requestEnded();
    }
}
