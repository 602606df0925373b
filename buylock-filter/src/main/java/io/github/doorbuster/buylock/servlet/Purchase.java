package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.GrantListener;
import io.github.doorbuster.buylock.PendingGrant;
import io.github.doorbuster.buylock.RejectedException.Reason;
import io.github.doorbuster.buylock.Standby;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request that needs a grant: it waits, suspended or on its thread, proceeds down the chain with its grant, and
 * closes the grant exactly once, however the request ends. A suspended request is rejected without a dispatch.
 */
final class Purchase implements AsyncListener, GrantListener {

    private enum State {
        /** Undecided, and on a thread of the container. */
        ON_THREAD,
        /** Undecided and suspended, without a thread. */
        WAITING,
        /** Undecided, and dispatched: on its way to a thread that waits for the grant. */
        SUMMONED,
        /** Granted; the request is to be dispatched, unless it is on a thread or on its way to one. */
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
    private final AtomicReference<State> state = new AtomicReference<>(State.ON_THREAD);
    private final ThreadWait thread = new ThreadWait();
    private final @Nullable Thread firstThread;
    private boolean standsFirst;
    /** The place in the queue; decided already while the grant is being requested. */
    private volatile PendingGrant pending = PendingGrant.DECIDED;

    private volatile @Nullable Grant grant;
    private volatile Reason reason = Reason.LOCKED;
    private volatile @Nullable Suspension suspension;
    private volatile boolean failed;
    /** The response that the application writes to; null until it runs, and after it has failed. */
    private volatile @Nullable HttpServletResponse applicationResponse;

    /**
     * Creates a purchase.
     *
     * @param ticket by which its buyer keeps the place after a rejection; null for none
     * @param standsBy whether it may wait on a thread for a short time, and be suspended
     */
    Purchase(
            PurchaseHandler handler,
            HttpServletRequest request,
            String itemId,
            @Nullable Ticket ticket,
            boolean standsBy) {
        this.handler = handler;
        this.itemId = itemId;
        this.ticket = ticket;
        this.request = request;
        this.firstThread = standsBy ? Thread.currentThread() : null;
    }

    /** Connects this purchase with its place in the queue. Call it on the thread that has requested the grant. */
    void setPending(PendingGrant pending) {
        this.pending = pending;
    }

    HttpServletRequest request() {
        return request;
    }

    boolean isRejected() {
        return state.get() == State.REJECTED;
    }

    /** Returns true for the one dispatch that must {@link #proceed}. */
    boolean tryResume() {
        return state.compareAndSet(State.GRANTED, State.RUNNING);
    }

    /** Returns true for a dispatch that must {@link #stand}. */
    boolean tryArrive() {
        return state.compareAndSet(State.SUMMONED, State.ON_THREAD);
    }

    /** Ends the wait of a request that the container has dispatched by itself. Returns true if it must be rejected. */
    boolean tryStopWaiting() {
        if (!state.compareAndSet(State.WAITING, State.REJECTED)) {
            return false;
        }
        handler.decided(this);
        pending.cancel();
        return true;
    }

    /** The dispatched request is on a thread now. */
    void arrived(Standby standby) {
        Suspension left = suspension;
        if (left != null) {
            left.arrived(standby);
        }
    }

    /** Frees the container's thread. The request is dispatched when the item is granted, or shortly before. */
    void suspend(HttpServletResponse response) {
        Suspension before = suspension;
        Suspension started;
        try {
            started =
                    before == null ? Suspension.first(request, response, this) : before.again(request, response, this);
        } catch (RuntimeException e) {
            // For example, a filter before this one has started it already. The purchase must not stay in the queue.
            requestEnded();
            throw e;
        }
        suspension = started;
        handler.waits(this);
        if (!state.compareAndSet(State.ON_THREAD, State.WAITING)) {
            handler.decided(this);
            if (state.get() == State.GRANTED) {
                dispatch(started, State.GRANTED);
            } else {
                sendRejection(started);
            }
        }
    }

    /**
     * Blocks the thread until the lock has decided. After the timeout, or if it is interrupted, rejects the purchase.
     */
    void awaitDecision(long timeoutNanos) {
        if (!isDecidedWithin(timeoutNanos) && state.compareAndSet(State.ON_THREAD, State.REJECTED)) {
            pending.cancel();
        }
    }

    /** {@return true if the grant is likely to come so soon that the request should {@link #stand} first} */
    boolean standsFirst() {
        return standsFirst;
    }

    /** Waits for the grant on the container's thread, for as long as it may stand by. */
    void stand(Standby standby) {
        pending.setStanding(true);
        long start = System.nanoTime();
        boolean decided = isDecidedWithin(standby.begin());
        standby.end(System.nanoTime() - start, decided);
        if (!decided) {
            pending.setStanding(false);
        }
    }

    private boolean isDecidedWithin(long nanos) {
        return thread.isDecidedWithin(nanos, () -> state.get() != State.ON_THREAD);
    }

    @Override
    public boolean standBy() {
        if (firstThread == null) {
            return false;
        }
        if (pending == PendingGrant.DECIDED && Thread.currentThread() == firstThread) {
            // The grant is being requested: the request has a thread already.
            standsFirst = true;
            return true;
        }
        if (!handler.passesAgain(this) || !state.compareAndSet(State.WAITING, State.SUMMONED)) {
            return false;
        }
        dispatch(Objects.requireNonNull(suspension), State.SUMMONED);
        return true;
    }

    @Override
    public void granted(Grant granted) {
        grant = granted;
        State before = decide(State.GRANTED);
        if (before == null) {
            granted.abandon();
        } else if (before == State.WAITING) {
            dispatch(Objects.requireNonNull(suspension), State.GRANTED);
        }
    }

    @Override
    public void rejected(Reason why) {
        reject(why);
    }

    /** Rejects a request that still waits. */
    void cancelWait() {
        if (reject(Reason.CLOSED)) {
            pending.cancel();
        }
    }

    private boolean reject(Reason why) {
        reason = why;
        State before = decide(State.REJECTED);
        if (before == State.WAITING) {
            sendRejection(Objects.requireNonNull(suspension));
        }
        return before != null;
    }

    /** Decides an undecided purchase, and wakes its thread; returns the state before, or null if it was decided. */
    private @Nullable State decide(State decision) {
        for (State before = state.get(); ; before = state.get()) {
            if (before != State.ON_THREAD && before != State.WAITING && before != State.SUMMONED) {
                return null;
            }
            if (state.compareAndSet(before, decision)) {
                handler.decided(this);
                thread.wake();
                return before;
            }
        }
    }

    private void dispatch(Suspension suspended, State dispatched) {
        if (suspended.dispatch(handler.standby())) {
            return;
        }
        // The request has ended, or the application is being undeployed.
        failed = true;
        if (state.compareAndSet(dispatched, State.REJECTED)) {
            handler.decided(this);
            reason = Reason.CLOSED;
            Grant granted = grant;
            if (granted == null) {
                pending.cancel();
            } else {
                granted.abandon();
            }
            sendRejection(suspended);
        }
    }

    /**
     * Goes down the chain with the grant. The chain gets the request of the first dispatch: in a later one the
     * container may have wrapped it, and the wrapper would add the query's parameters a second time.
     */
    void proceed(HttpServletResponse response, FilterChain chain) throws IOException, ServletException {
        boolean thrown = true;
        applicationResponse = response;
        try {
            Grant granted = Objects.requireNonNull(grant);
            granted.begin();
            handler.publishGrant(request, granted);
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

    private void sendRejection(Suspension suspended) {
        state.set(State.ENDED);
        suspended.reject(response -> handler.rejectionResponse().send(response, reason, itemId, ticket));
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
            case ON_THREAD, WAITING, SUMMONED -> {
                handler.decided(this);
                pending.cancel();
            }
            case GRANTED -> Objects.requireNonNull(grant).abandon();
            case RUNNING -> handler.end(Objects.requireNonNull(grant), failed ? null : applicationResponse);
            case REJECTED, ENDED -> {}
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
        State last = state.get();
        if ((last == State.GRANTED || last == State.SUMMONED) && !failed) {
            handler.dispatchBypassedFilter();
        }
        requestEnded();
    }
}
