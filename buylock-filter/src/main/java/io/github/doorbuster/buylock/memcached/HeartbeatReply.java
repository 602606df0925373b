package io.github.doorbuster.buylock.memcached;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.OperationStatus;

/** The reply to a heartbeat: the value of its key, empty if there is none. */
final class HeartbeatReply extends CompletableFuture<String> implements GetsOperation.Callback {

    private volatile String value = "";
    private volatile boolean replied;

    @Override
    public void gotData(String key, int flags, long cas, byte[] data) {
        value = new String(data, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void receivedStatus(OperationStatus status) {
        replied = status.isSuccess();
    }

    @Override
    public void complete() {
        if (replied) {
            complete(value);
        } else {
            completeExceptionally(new NoReplyException("memcached did not reply to the heartbeat"));
        }
    }
}
