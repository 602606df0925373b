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
 * What memcached answers to one operation: its status if that is clear; a failure if it is not, or does not come in
 * time. Completed on the client's I/O thread, or by the thread that gives it up.
 */
class Reply extends CompletableFuture<StatusCode> implements StoreOperation.Callback, GetsOperation.Callback {

    private static final Set<StatusCode> CLEAR =
            EnumSet.of(StatusCode.SUCCESS, StatusCode.ERR_NOT_STORED, StatusCode.ERR_NOT_FOUND, StatusCode.ERR_EXISTS);

    private final Operations operations;
    private final int keys;
    private final long until;
    private @Nullable OperationStatus status;

    Reply(Operations operations) {
        this(operations, 1);
    }

    /** The reply to a question for so many keys, which counts as that many operations. */
    Reply(Operations operations, int keys) {
        this.operations = operations;
        this.keys = keys;
        this.until = operations.deadline();
    }

    /** Hears of each value that the server has found. */
    void found(String key, long cas, byte[] value) {}

    /** Hears of an answer nobody waits for any longer, or of none (null): whether the server did it is then unknown. */
    void aftermath(@Nullable StatusCode late) {}

    final int keys() {
        return keys;
    }

    final boolean isOverdue(long now) {
        return now - until >= 0;
    }

    final void fail(Throwable why) {
        if (completeExceptionally(why)) {
            operations.countFailures(keys);
        }
    }

    @Override
    public final void gotData(String key, long cas) {}

    @Override
    public final void gotData(String key, int flags, long cas, byte[] value) {
        found(key, cas, value);
    }

    @Override
    public final void receivedStatus(OperationStatus received) {
        status = received;
    }

    @Override
    public final void complete() {
        StatusCode code = status == null ? null : status.getStatusCode();
        if (code == null || !CLEAR.contains(code)) {
            fail(new NoAnswerException("memcached answered " + status));
            aftermath(null);
        } else if (!complete(code)) {
            aftermath(code);
        }
    }
}
