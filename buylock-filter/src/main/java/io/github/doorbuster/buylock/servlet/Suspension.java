package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Standby;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** A request that is suspended without a thread: ends with a dispatch, or with a response without one. */
final class Suspension {

    private static final Logger LOG = System.getLogger(Suspension.class.getName());

    /** Writes the response of a rejection. */
    interface Rejection {
        void send(HttpServletResponse response) throws IOException;
    }

    private final AsyncContext async;
    private final long applicationTimeout;
    private volatile long dispatchedAt;

    private Suspension(AsyncContext async, long applicationTimeout) {
        this.async = async;
        this.applicationTimeout = applicationTimeout;
    }

    /** Suspends a request for the first time. The lock limits the wait, so the container needs no timer. */
    static Suspension first(HttpServletRequest request, HttpServletResponse response, AsyncListener listener) {
        AsyncContext async = request.startAsync(request, response);
        async.addListener(listener);
        Suspension first = new Suspension(async, async.getTimeout());
        async.setTimeout(0);
        return first;
    }

    /** Suspends the request again, after it was dispatched. */
    Suspension again(HttpServletRequest request, HttpServletResponse response, AsyncListener listener) {
        AsyncContext again = request.startAsync(request, response);
        again.addListener(listener);
        again.setTimeout(0);
        return new Suspension(again, applicationTimeout);
    }

    /** Dispatches the request to the filter; returns false if the request has ended, or the application. */
    boolean dispatch(Standby standby) {
        try {
            async.setTimeout(applicationTimeout);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "this container accepts a timeout only in the dispatch that started the wait", e);
        }
        try {
            dispatchedAt = System.nanoTime();
            standby.dispatched();
            async.dispatch();
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "a purchase can no longer be dispatched", e);
            return false;
        }
    }

    /** The dispatched request is on a thread now. */
    void arrived(Standby standby) {
        standby.arrived(System.nanoTime() - dispatchedAt);
    }

    /** Sends a rejection without a dispatch. */
    void reject(Rejection rejection) {
        try {
            HttpServletResponse response = (HttpServletResponse) async.getResponse();
            rejection.send(response);
            if (response instanceof ServletResponseWrapper) {
                // The filter that has wrapped the response may keep what is written until a flush.
                response.flushBuffer();
            }
            async.complete();
        } catch (RuntimeException | IOException e) {
            LOG.log(Level.DEBUG, "a client left while its purchase waited", e);
            complete();
        }
    }

    private void complete() {
        try {
            async.complete();
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "the container has completed the request already", e);
        }
    }
}
