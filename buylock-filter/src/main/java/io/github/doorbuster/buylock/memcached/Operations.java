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

    Operations(long timeoutNanos, LongSupplier nanoClock) {
        this.timeoutNanos = timeoutNanos;
        this.nanoClock = nanoClock;
    }

    /**
     * Sends an operation, which is to answer to the reply.
     *
     * @param keys for how many keys it asks: it counts as that many operations
     */
    <R extends Reply> R send(int keys, R reply, Consumer<R> operation) {
        sent.add(keys);
        try {
            operation.accept(reply);
            inFlight.add(reply);
        } catch (RuntimeException e) {
            reply.fail(e);
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
            inFlight.remove();
        }
    }

    long deadline() {
        return nanoClock.getAsLong() + timeoutNanos;
    }

    void countFailure() {
        failed.increment();
    }

    long sent() {
        return sent.sum();
    }

    long failed() {
        return failed.sum();
    }
}
