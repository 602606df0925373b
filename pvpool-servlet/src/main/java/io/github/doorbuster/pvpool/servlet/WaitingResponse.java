package io.github.doorbuster.pvpool.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A response that waits until the views of its request are accepted or rejected, or until its deadline. */
final class WaitingResponse {

    private final long deadlineNanos;
    private final AtomicReference<@Nullable Exchange> exchange;

    WaitingResponse(
            AsyncContext async, HttpServletResponse response, CompletableFuture<Integer> accepted, long deadlineNanos) {
        this.exchange = new AtomicReference<>(new Exchange(async, response, accepted));
        this.deadlineNanos = deadlineNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** What is to be sent, or null if somebody has taken it. */
    @Nullable
    Exchange peek() {
        return exchange.get();
    }

    /** Returns what is to be sent, or null if somebody else has taken it. Keeps nothing of it. */
    @Nullable
    Exchange take() {
        return exchange.getAndSet(null);
    }

    /** The response, and what decides about it. */
    record Exchange(AsyncContext async, HttpServletResponse response, CompletableFuture<Integer> accepted) {}
}
