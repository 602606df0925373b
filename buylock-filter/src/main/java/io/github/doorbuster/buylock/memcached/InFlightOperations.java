package io.github.doorbuster.buylock.memcached;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Sends the client's operations, and times them out.
 *
 * <p>The client itself times out only in {@code Future.get}. The operation is then still executed, but its reply is
 * lost. So no thread waits for an operation in flight, and no operation is cancelled: {@link #failTimedOut()} fails its
 * reply, and {@link ReplyFuture#onLateReply} is called if the server replies later.
 */
final class InFlightOperations {

    private final long timeoutNanos;
    private final LongSupplier nanoClock;
    /** All operations have the same timeout, so the oldest times out first. */
    private final Queue<ReplyFuture> inFlight = new ConcurrentLinkedQueue<>();

    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean closed;

    InFlightOperations(long timeoutNanos, LongSupplier nanoClock) {
        this.timeoutNanos = timeoutNanos;
        this.nanoClock = nanoClock;
    }

    /**
     * Sends an operation with a reply as its callback. Does not throw: if the client throws, the reply fails.
     *
     * @return the reply
     */
    <R extends ReplyFuture> R send(R reply, Consumer<R> operation) {
        sent.add(reply.keys());
        try {
            operation.accept(reply);
            inFlight.add(reply);
        } catch (RuntimeException | Error e) {
            reply.fail(e);
        }
        if (closed) {
            failAll();
        }
        return reply;
    }

    /** Fails the replies that have not arrived in time. */
    void failTimedOut() {
        long now = nanoClock.getAsLong();
        for (ReplyFuture oldest = inFlight.peek(); oldest != null; oldest = inFlight.peek()) {
            if (!oldest.isDone()) {
                if (!oldest.isTimedOut(now)) {
                    return;
                }
                oldest.fail(new NoReplyException("memcached did not reply in time"));
            }
            inFlight.remove(oldest);
        }
    }

    /**
     * Fails every operation in flight, and every one that is sent later, because a client that is shut down never
     * replies.
     */
    void close() {
        closed = true;
        failAll();
    }

    private void failAll() {
        for (ReplyFuture reply = inFlight.poll(); reply != null; reply = inFlight.poll()) {
            reply.fail(new NoReplyException("the store is closed"));
        }
    }

    long newDeadline() {
        return nanoClock.getAsLong() + timeoutNanos;
    }

    void countFailures(int operations) {
        failed.add(operations);
    }

    long sent() {
        return sent.sum();
    }

    long failed() {
        return failed.sum();
    }
}
