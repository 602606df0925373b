package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.MemcachedNode;
import net.spy.memcached.ops.CancelledOperationStatus;
import net.spy.memcached.ops.Operation;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.OperationErrorType;
import net.spy.memcached.ops.OperationException;
import net.spy.memcached.ops.OperationState;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import net.spy.memcached.ops.TimedOutOperationStatus;
import org.jspecify.annotations.Nullable;

/**
 * A command of memcached's <a href="https://github.com/memcached/memcached/blob/master/doc/protocol.txt">text
 * protocol</a>, as an operation of the client, which writes it and reads its reply on its I/O thread.
 *
 * <p>The client's own operations do not support the meta commands, and close the connection when the server is out of
 * memory.
 */
abstract class TextCommand implements Operation {

    private static final OperationStatus CANCELLED = new CancelledOperationStatus();
    private static final OperationStatus TIMED_OUT = new TimedOutOperationStatus();
    private static final int MAX_LINE = 4_096;
    private static final byte[] NONE = {};

    private final OperationCallback callback;
    private final ByteBuffer request;
    private final long createdAt = System.nanoTime();
    private volatile OperationState state = OperationState.WRITE_QUEUED;
    private volatile boolean cancelled;
    private volatile boolean timedOut;
    private volatile @Nullable MemcachedNode node;
    private byte[] lineStart = NONE;
    private long writtenAt;

    TextCommand(String request, OperationCallback callback) {
        this.callback = callback;
        this.request = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
        this.request.mark();
    }

    /** Receives each line of the reply, without its end. Calls {@link #complete} with the last one. */
    abstract void onLine(String line) throws IOException;

    /** Receives what follows a line if {@link #isReadingData()}. */
    void onData(ByteBuffer data) {}

    boolean isReadingData() {
        return false;
    }

    /** Reads a frequent reply without creating a string; returns false, and reads nothing, if it is another one. */
    boolean readsAtOnce(ByteBuffer data) {
        return false;
    }

    /** {@return whether the command must no longer be written} Called on the I/O thread before it is written. */
    boolean isOutdated() {
        return false;
    }

    /** Completes the command, unless the line is not an error of the server. */
    final boolean completesWithError(String line) throws OperationException {
        if (line.startsWith("SERVER_ERROR")) {
            complete(new OperationStatus(false, line, StatusCode.ERR_INTERNAL));
            return true;
        }
        if (line.startsWith("ERROR") || line.startsWith("CLIENT_ERROR")) {
            complete(new OperationStatus(false, line, StatusCode.ERR_INTERNAL));
            // Server and client may disagree on where the next command starts, so connect again.
            throw new OperationException(OperationErrorType.CLIENT, line);
        }
        return false;
    }

    final void complete(OperationStatus status) {
        state = OperationState.COMPLETE;
        callback.receivedStatus(status);
        callback.complete();
    }

    private synchronized void abandon(OperationStatus status) {
        if (!cancelled && !timedOut && state != OperationState.COMPLETE) {
            cancelled = status == CANCELLED;
            timedOut = status == TIMED_OUT;
            callback.receivedStatus(status);
            callback.complete();
        }
    }

    @Override
    public final void cancel() {
        abandon(CANCELLED);
    }

    @Override
    public final void timeOut() {
        abandon(TIMED_OUT);
    }

    /** The client calls this directly before it writes the command. */
    @Override
    public final boolean isTimedOut(long ttlMillis) {
        if (isOutdated() || System.nanoTime() - createdAt > TimeUnit.MILLISECONDS.toNanos(ttlMillis)) {
            timeOut();
        }
        return timedOut;
    }

    @Override
    public final void readFromBuffer(ByteBuffer data) throws IOException {
        while (state != OperationState.COMPLETE && data.hasRemaining()) {
            if (isReadingData()) {
                onData(data);
            } else if (lineStart.length > 0 || !readsAtOnce(data)) {
                String line = readLine(data);
                if (line != null) {
                    onLine(line);
                }
            }
        }
    }

    private @Nullable String readLine(ByteBuffer data) throws IOException {
        int end = data.position();
        while (end < data.limit() && data.get(end) != '\n') {
            end++;
        }
        byte[] line = Arrays.copyOf(lineStart, lineStart.length + end - data.position());
        data.get(line, lineStart.length, line.length - lineStart.length);
        if (!data.hasRemaining()) {
            if (line.length > MAX_LINE) {
                throw new IOException("memcached replied a line of more than " + MAX_LINE + " bytes");
            }
            lineStart = line;
            return null;
        }
        data.get();
        lineStart = NONE;
        int length = line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }

    @Override
    public final boolean isCancelled() {
        return cancelled;
    }

    @Override
    public final boolean isTimedOut() {
        return timedOut;
    }

    @Override
    public final boolean isTimedOutUnsent() {
        return timedOut && state == OperationState.WRITE_QUEUED;
    }

    @Override
    public final boolean hasErrored() {
        return false;
    }

    @Override
    public final @Nullable OperationException getException() {
        return null;
    }

    @Override
    public final byte @Nullable [] getErrorMsg() {
        return null;
    }

    @Override
    public final OperationCallback getCallback() {
        return callback;
    }

    @Override
    public final OperationState getState() {
        return state;
    }

    @Override
    public final ByteBuffer getBuffer() {
        return request;
    }

    @Override
    public final void initialize() {}

    @Override
    public final void writing() {
        state = OperationState.WRITING;
    }

    @Override
    public final void writeComplete() {
        writtenAt = System.nanoTime();
        state = OperationState.READING;
    }

    @Override
    public final long getWriteCompleteTimestamp() {
        return writtenAt;
    }

    @Override
    public final void handleRead(ByteBuffer data) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final @Nullable MemcachedNode getHandlingNode() {
        return node;
    }

    @Override
    public final void setHandlingNode(MemcachedNode to) {
        node = to;
    }

    @Override
    public final void addClone(Operation clone) {
        throw new UnsupportedOperationException("commands are not sent twice");
    }

    @Override
    public final int getCloneCount() {
        return 0;
    }

    @Override
    public final void setCloneCount(int count) {
        throw new UnsupportedOperationException("commands are not sent twice");
    }
}
