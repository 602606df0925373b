package io.github.doorbuster.buylock.memcached;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Gives the client's operations an end in time.
 *
 * <p>The client knows timeouts only inside {@code Future.get}, where they also lose the answer while the operation
 * still happens. So an operation in flight is neither waited for nor cancelled: {@link #giveUpOverdue()} fails its
 * reply, and {@link Reply#aftermath} hears what became of it.
 */
final class Operations {

    private final long timeoutNanos;
    private final LongSupplier nanoClock;
    /** All have the same time, so the oldest is the first to be overdue. */
    private final Queue<Reply> inFlight = new ConcurrentLinkedQueue<>();

    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean closed;

    Operations(long timeoutNanos, LongSupplier nanoClock) {
        this.timeoutNanos = timeoutNanos;
        this.nanoClock = nanoClock;
    }

    /**
     * Sends an operation, which is to answer to the reply. Throws nothing: whatever the client throws fails the reply.
     */
    <R extends Reply> R send(R reply, Consumer<R> operation) {
        sent.add(reply.keys());
        try {
            operation.accept(reply);
            inFlight.add(reply);
        } catch (RuntimeException | Error e) {
            reply.fail(e);
        }
        if (closed) {
            giveUpAll();
        }
        return reply;
    }

    void giveUpOverdue() {
        long now = nanoClock.getAsLong();
        for (Reply oldest = inFlight.peek(); oldest != null; oldest = inFlight.peek()) {
            if (!oldest.isDone()) {
                if (!oldest.isOverdue(now)) {
                    return;
                }
                oldest.fail(new NoAnswerException("memcached did not answer in time"));
            }
            inFlight.remove(oldest);
        }
    }

    /** Fails what is in flight, and from now on whatever is sent: a client that is shut down answers nothing. */
    void close() {
        closed = true;
        giveUpAll();
    }

    private void giveUpAll() {
        for (Reply reply = inFlight.poll(); reply != null; reply = inFlight.poll()) {
            reply.fail(new NoAnswerException("the store has been closed"));
        }
    }

    long deadline() {
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
