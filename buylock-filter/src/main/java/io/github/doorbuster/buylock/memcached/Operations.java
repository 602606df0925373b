package io.github.doorbuster.buylock.memcached;

import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.spy.memcached.internal.OperationFuture;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Gives the client's operations an end in time.
 *
 * <p>The client knows timeouts only inside {@code Future.get}, where they also lose the listener while the operation
 * still happens. So an operation in flight is neither waited for nor cancelled: {@link #giveUpOverdue()} fails its
 * stage, and the listener stays to see what became of it.
 */
final class Operations {

    private static final Set<StatusCode> CLEAR =
            EnumSet.of(StatusCode.SUCCESS, StatusCode.ERR_NOT_STORED, StatusCode.ERR_NOT_FOUND, StatusCode.ERR_EXISTS);

    private final long timeoutNanos;
    private final LongSupplier nanoClock;
    /** All have the same time, so the oldest is the first to be overdue. */
    private final Queue<InFlight> inFlight = new ConcurrentLinkedQueue<>();

    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();

    Operations(long timeoutNanos, LongSupplier nanoClock) {
        this.timeoutNanos = timeoutNanos;
        this.nanoClock = nanoClock;
    }

    /** A clear answer: stored or not, found or not, its own or not. */
    record Answer<T>(StatusCode code, @Nullable T value) {

        boolean isSuccess() {
            return code == StatusCode.SUCCESS;
        }
    }

    /** Hears of an answer nobody waits for any longer, or of none (null): whether the server did it is then unknown. */
    @FunctionalInterface
    interface Aftermath<T> {
        void of(@Nullable Answer<T> answer);
    }

    private record InFlight(long until, CompletableFuture<?> reply) {}

    <T> CompletableFuture<Answer<T>> send(Supplier<OperationFuture<T>> operation, Aftermath<T> aftermath) {
        sent.increment();
        CompletableFuture<Answer<T>> reply = new CompletableFuture<>();
        OperationFuture<T> future;
        try {
            future = operation.get();
        } catch (RuntimeException e) {
            failed.increment();
            reply.completeExceptionally(e);
            return reply;
        }
        inFlight.add(new InFlight(nanoClock.getAsLong() + timeoutNanos, reply));
        future.addListener(done -> arrived(future, reply, aftermath));
        return reply;
    }

    void giveUpOverdue() {
        long now = nanoClock.getAsLong();
        for (InFlight oldest = inFlight.peek(); oldest != null; oldest = inFlight.peek()) {
            if (!oldest.reply.isDone()) {
                if (now - oldest.until < 0) {
                    return;
                }
                if (oldest.reply.completeExceptionally(new NoAnswerException("memcached did not answer in time"))) {
                    failed.increment();
                }
            }
            inFlight.remove();
        }
    }

    long sent() {
        return sent.sum();
    }

    long failed() {
        return failed.sum();
    }

    private <T> void arrived(OperationFuture<T> future, CompletableFuture<Answer<T>> reply, Aftermath<T> aftermath)
            throws Exception {
        OperationStatus status = future.getStatus();
        StatusCode code = status == null ? null : status.getStatusCode();
        if (code != null && CLEAR.contains(code)) {
            Answer<T> answer = new Answer<>(code, future.get());
            if (!reply.complete(answer)) {
                aftermath.of(answer);
            }
        } else {
            if (reply.completeExceptionally(new NoAnswerException("memcached answered " + status))) {
                failed.increment();
            }
            aftermath.of(null);
        }
    }
}
