package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import net.spy.memcached.ops.StoreOperation;
import org.jspecify.annotations.Nullable;

/** A command whose reply is one line: a status, with the new CAS id if the server returns it, or a number. */
final class StatusCommand extends TextCommand {

    private static final OperationStatus DONE = status(StatusCode.SUCCESS, "HD");
    private static final int MAX_DIGITS = 19;

    /** The words of the classic and of the meta commands. */
    private static final Map<String, OperationStatus> STATUS = Map.of(
            "STORED", status(StatusCode.SUCCESS, "STORED"),
            "HD", DONE,
            "NOT_STORED", status(StatusCode.ERR_NOT_STORED, "NOT_STORED"),
            "NS", status(StatusCode.ERR_NOT_STORED, "NS"),
            "EXISTS", status(StatusCode.ERR_EXISTS, "EXISTS"),
            "EX", status(StatusCode.ERR_EXISTS, "EX"),
            "NOT_FOUND", status(StatusCode.ERR_NOT_FOUND, "NOT_FOUND"),
            "NF", status(StatusCode.ERR_NOT_FOUND, "NF"));

    private final String key;
    private final OperationCallback callback;
    private final @Nullable CasVersion condition;
    private final @Nullable Supplier<Connection> current;

    StatusCommand(String request, String key, OperationCallback callback) {
        this(request, key, callback, null, null);
    }

    /** Creates a command that is not written if the version is no longer valid on the current connection. */
    StatusCommand(
            String request,
            String key,
            OperationCallback callback,
            @Nullable CasVersion condition,
            @Nullable Supplier<Connection> current) {
        super(request, callback);
        this.key = key;
        this.callback = callback;
        this.condition = condition;
        this.current = current;
    }

    private static OperationStatus status(StatusCode code, String message) {
        return new OperationStatus(code == StatusCode.SUCCESS, message, code);
    }

    @Override
    boolean isOutdated() {
        return condition != null && current != null && !condition.countsOn(current.get());
    }

    /** Reads {@code HD}, with or without a CAS id, if the line is complete. */
    @Override
    boolean readsAtOnce(ByteBuffer data) {
        int next = data.position();
        int end = data.limit();
        if (end - next < 4 || data.get(next++) != 'H' || data.get(next++) != 'D') {
            return false;
        }
        long cas = 0;
        if (end - next > 2 && data.get(next) == ' ' && data.get(next + 1) == 'c') {
            next += 2;
            int mostDigits = Math.min(end, next + MAX_DIGITS);
            while (next < mostDigits && data.get(next) >= '0' && data.get(next) <= '9') {
                cas = 10 * cas + data.get(next++) - '0';
            }
        }
        if (cas < 0 || end - next < 2 || data.get(next) != '\r' || data.get(next + 1) != '\n') {
            return false;
        }
        data.position(next + 2);
        if (cas != 0 && callback instanceof StoreOperation.Callback store) {
            store.gotData(key, cas);
        }
        complete(DONE);
        return true;
    }

    @Override
    void onLine(String line) throws IOException {
        int space = line.indexOf(' ');
        OperationStatus status = STATUS.get(space < 0 ? line : line.substring(0, space));
        if (status != null) {
            if (status.isSuccess()
                    && line.startsWith(" c", space)
                    && callback instanceof StoreOperation.Callback store) {
                store.gotData(key, Long.parseLong(line, space + 2, line.length(), 10));
            }
            complete(status);
        } else if (!line.isEmpty() && Character.isDigit(line.charAt(0))) {
            complete(status(StatusCode.SUCCESS, line.strip()));
        } else if (!completesWithError(line)) {
            throw new IOException("memcached replied " + line);
        }
    }
}
