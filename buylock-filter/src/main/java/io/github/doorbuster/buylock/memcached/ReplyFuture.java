package io.github.doorbuster.buylock.memcached;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import net.spy.memcached.ops.StoreOperation;
import org.jspecify.annotations.Nullable;

/**
 * The status that memcached replies with to one operation. Fails if the reply is unclear or does not arrive in time.
 * Completes on the client's I/O thread, or on the thread that times it out.
 */
class ReplyFuture extends CompletableFuture<StatusCode> implements StoreOperation.Callback, GetsOperation.Callback {

    private static final Set<StatusCode> CLEAR =
            EnumSet.of(StatusCode.SUCCESS, StatusCode.ERR_NOT_STORED, StatusCode.ERR_NOT_FOUND, StatusCode.ERR_EXISTS);

    private final InFlightOperations operations;
    private final int keys;
    private final long deadline;
    private volatile @Nullable OperationStatus status;
    private volatile long cas;

    ReplyFuture(InFlightOperations operations) {
        this(operations, 1);
    }

    /** Creates the reply to a command for several keys, which counts as that many operations. */
    ReplyFuture(InFlightOperations operations, int keys) {
        this.operations = operations;
        this.keys = keys;
        this.deadline = operations.newDeadline();
    }

    /** Receives each value that the server has found. */
    void onValue(String key, long cas, byte[] value) {}

    /** Receives a clear reply that came after the operation had failed. */
    void onLateReply(StatusCode code) {}

    /** Is called when the reply does not tell whether the server has carried the operation out. */
    void onUnclearReply() {}

    /** {@return the message of the reply; for an increment, the new number} */
    final String message() {
        return status == null ? "" : status.getMessage();
    }

    /** {@return the CAS id of the value that was stored; 0 if the server did not return it} */
    final long cas() {
        return cas;
    }

    final int keys() {
        return keys;
    }

    final boolean isTimedOut(long now) {
        return now - deadline >= 0;
    }

    final void fail(Throwable cause) {
        if (completeExceptionally(cause)) {
            operations.countFailures(keys);
        }
    }

    @Override
    public final void gotData(String key, long stored) {
        cas = stored;
    }

    @Override
    public final void gotData(String key, int flags, long read, byte[] value) {
        onValue(key, read, value);
    }

    @Override
    public final void receivedStatus(OperationStatus received) {
        status = received;
    }

    @Override
    public final void complete() {
        OperationStatus received = status;
        StatusCode code = received == null ? null : received.getStatusCode();
        if (code == null || !CLEAR.contains(code)) {
            fail(new NoReplyException("memcached replied " + received));
            onUnclearReply();
        } else if (!complete(code)) {
            onLateReply(code);
        }
    }
}
