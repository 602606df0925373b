package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.GrantListener;
import io.github.doorbuster.buylock.PendingGrant;
import io.github.doorbuster.buylock.RejectedException.Reason;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One request that needs a grant: it is suspended while it waits, proceeds down the chain with its grant, and closes
 * the grant exactly once, however the request ends. A rejection is written without a dispatch.
 */
final class Purchase implements AsyncListener, GrantListener {

    private static final Logger LOG = System.getLogger(Purchase.class.getName());

    private enum State {
        /** Undecided, and still on the container's thread. */
        REQUESTED,
        /** Undecided and suspended, without a thread. */
        WAITING,
        /** Granted; the request is to be dispatched, unless it is still on the container's thread. */
        GRANTED,
        /** Down the chain, with the grant. */
        RUNNING,
        /** Gets an error response. */
        REJECTED,
        /** Over. The grant, if there was one, is closed. */
        ENDED
    }

    private final PurchaseHandler handler;
    private final HttpServletRequest request;
    private final String itemId;
    private final @Nullable Ticket ticket;
    private final AtomicReference<State> state = new AtomicReference<>(State.REQUESTED);
    private volatile @Nullable PendingGrant pending;
    private volatile @Nullable Grant grant;
    private volatile Reason reason = Reason.LOCKED;
    private volatile @Nullable AsyncContext async;
    private volatile @Nullable Thread blocked;
    private volatile long applicationTimeout;
    private volatile boolean failed;
    /** The response that the application writes to; null until it runs, and after it has failed. */
    private volatile @Nullable HttpServletResponse applicationResponse;

    /**
     * Creates a purchase.
     *
     * @param ticket by which its buyer keeps the place after a rejection; null for none
     */
    Purchase(PurchaseHandler handler, HttpServletRequest request, String itemId, @Nullable Ticket ticket) {
        this.handler = handler;
        this.itemId = itemId;
        this.ticket = ticket;
        this.request = request;
    }

    /** Connects this purchase with its place in the queue. Call it on the thread that has requested the grant. */
    void setPending(PendingGrant pending) {
        this.pending = pending;
    }

    boolean isRejected() {
        return state.get() == State.REJECTED;
    }

    /** Returns true for the one dispatch that must {@link #proceed}. */
    boolean tryResume() {
        return state.compareAndSet(State.GRANTED, State.RUNNING);
    }

    /** Ends the wait of a request that the container has dispatched by itself. Returns true if it must be rejected. */
    boolean tryStopWaiting() {
        return rejectWaiting(Reason.LOCKED);
    }

    /** Frees the container's thread. The request is dispatched when the item is granted. */
    void suspend(HttpServletResponse response) {
        AsyncContext started = startAsync(response);
        applicationTimeout = started.getTimeout();
        // The lock limits the wait, so the container needs no timer.
        started.setTimeout(0);
        async = started;
        handler.suspended(this);
        if (!state.compareAndSet(State.REQUESTED, State.WAITING)) {
            if (state.get() == State.GRANTED) {
                dispatch(started);
            } else {
                sendRejection(started);
            }
        }
    }

    private AsyncContext startAsync(HttpServletResponse response) {
        try {
            AsyncContext started = request.startAsync(request, response);
            started.addListener(this);
            return started;
        } catch (RuntimeException e) {
            // For example, a filter before this one has started it already. The purchase must not stay in the queue.
            requestEnded();
            throw e;
        }
    }

    /** Blocks a request that cannot be suspended until the lock has decided. */
    void awaitDecision(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        blocked = Thread.currentThread();
        boolean interrupted = false;
        for (long left = timeoutNanos; state.get() == State.REQUESTED; left = deadline - System.nanoTime()) {
            if (left <= 0 || interrupted) {
                if (state.compareAndSet(State.REQUESTED, State.REJECTED)) {
                    cancelPending();
                }
            } else {
                LockSupport.parkNanos(this, left);
                interrupted = Thread.interrupted();
            }
        }
        blocked = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void granted(Grant granted) {
        grant = granted;
        if (state.compareAndSet(State.REQUESTED, State.GRANTED)) {
            LockSupport.unpark(blocked);
        } else if (state.compareAndSet(State.WAITING, State.GRANTED)) {
            dispatch(Objects.requireNonNull(async));
        } else {
            granted.abandon();
        }
    }

    @Override
    public void rejected(Reason why) {
        reason = why;
        if (state.compareAndSet(State.REQUESTED, State.REJECTED)) {
            LockSupport.unpark(blocked);
        } else if (state.compareAndSet(State.WAITING, State.REJECTED)) {
            sendRejection(Objects.requireNonNull(async));
        }
    }

    private void dispatch(AsyncContext to) {
        handler.decided(this);
        try {
            to.setTimeout(applicationTimeout);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "this container accepts a timeout only in the dispatch that started the wait", e);
        }
        try {
            to.dispatch();
        } catch (RuntimeException e) {
            // The request has ended, or the application is being undeployed.
            failed = true;
            if (state.compareAndSet(State.GRANTED, State.ENDED)) {
                Objects.requireNonNull(grant).abandon();
                reason = Reason.CLOSED;
                sendRejection(to);
            }
        }
    }

    /** Rejects a request that still waits, without a dispatch. */
    void cancelWait() {
        if (rejectWaiting(Reason.CLOSED)) {
            sendRejection(Objects.requireNonNull(async));
        }
    }

    private boolean rejectWaiting(Reason why) {
        if (!state.compareAndSet(State.WAITING, State.REJECTED)) {
            return false;
        }
        reason = why;
        handler.decided(this);
        cancelPending();
        return true;
    }

    /**
     * Goes down the chain with the grant. The chain gets the request of the first dispatch: in a later one the
     * container may have wrapped it, and the wrapper would add the query's parameters a second time.
     */
    void proceed(HttpServletResponse response, FilterChain chain) throws IOException, ServletException {
        boolean thrown = true;
        applicationResponse = response;
        try {
            handler.publishGrant(request, Objects.requireNonNull(grant));
            if (ticket != null) {
                ticket.use(response);
            }
            chain.doFilter(request, response);
            thrown = false;
        } finally {
            // If an application fails right after startAsync, Tomcat never completes the request.
            if (thrown) {
                applicationResponse = null;
            }
            if (thrown || !continuesAsync()) {
                requestEnded();
            }
        }
    }

    /** Sends the rejection in a dispatch of the container. */
    void sendRejection(HttpServletResponse response) throws IOException {
        state.set(State.ENDED);
        handler.rejectionResponse().send(response, reason, itemId, ticket);
    }

    private void sendRejection(AsyncContext to) {
        handler.decided(this);
        try {
            HttpServletResponse response = (HttpServletResponse) to.getResponse();
            handler.rejectionResponse().send(response, reason, itemId, ticket);
            response.flushBuffer();
            to.complete();
        } catch (RuntimeException | IOException e) {
            LOG.log(Level.DEBUG, "a client left while its purchase waited", e);
            complete(to);
        }
    }

    private static void complete(AsyncContext async) {
        try {
            async.complete();
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "the container has completed the request already", e);
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
        switch (state.getAndSet(State.ENDED)) {
            case REQUESTED, WAITING -> {
                handler.decided(this);
                cancelPending();
            }
            case GRANTED -> Objects.requireNonNull(grant).abandon();
            case RUNNING -> endGrant(Objects.requireNonNull(grant));
            case REJECTED, ENDED -> {}
        }
    }

    private void endGrant(Grant ended) {
        try {
            HttpServletResponse response = applicationResponse;
            if (response != null && !failed && handler.meansSoldOut(response.getStatus())) {
                ended.soldOut();
            }
        } finally {
            ended.close();
        }
    }

    private void cancelPending() {
        PendingGrant place = pending;
        if (place != null) {
            place.cancel();
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

    /** Ends the wait when the container times it out, as Tomcat does when it stops a context. A purchase goes on. */
    @Override
    public void onTimeout(AsyncEvent event) {
        failed = true;
        cancelWait();
    }

    /** Ends the wait. A purchase goes on until {@link #onComplete}. */
    @Override
    public void onError(AsyncEvent event) {
        failed = true;
        cancelWait();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        if (state.get() == State.GRANTED && !failed) {
            handler.dispatchBypassedFilter();
        }
        requestEnded();
    }
}
