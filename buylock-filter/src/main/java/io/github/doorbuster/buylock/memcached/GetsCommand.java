package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;

/** A {@code gets} of several keys. The client's own {@code gets} takes only one. */
final class GetsCommand extends TextCommand {

    private static final OperationStatus END = new OperationStatus(true, "END", StatusCode.SUCCESS);
    private static final int LINE_END = 2;

    private final GetsOperation.Callback callback;
    private String key = "";
    private int flags;
    private long cas;
    private byte[] value = {};
    /** How many bytes of the value and of its line end are still to be read. */
    private int left;

    GetsCommand(List<String> keys, GetsOperation.Callback callback) {
        super("gets " + String.join(" ", keys) + "\r\n", callback);
        this.callback = callback;
    }

    @Override
    void onLine(String line) throws IOException {
        if (line.startsWith("VALUE ")) {
            String[] words = line.split(" ", -1);
            if (words.length != 5) {
                throw new IOException("memcached replied " + line);
            }
            key = words[1];
            flags = Integer.parseUnsignedInt(words[2]);
            value = new byte[Integer.parseInt(words[3])];
            left = value.length + LINE_END;
            cas = Long.parseUnsignedLong(words[4]);
        } else if (line.equals("END")) {
            complete(END);
        } else if (!completesWithError(line)) {
            throw new IOException("memcached replied " + line);
        }
    }

    @Override
    boolean isReadingData() {
        return left > 0;
    }

    @Override
    void onData(ByteBuffer data) {
        int ofValue = Math.min(left - LINE_END, data.remaining());
        if (ofValue > 0) {
            data.get(value, value.length + LINE_END - left, ofValue);
            left -= ofValue;
        }
        int ofEnd = left <= LINE_END ? Math.min(left, data.remaining()) : 0;
        data.position(data.position() + ofEnd);
        left -= ofEnd;
        if (left == 0) {
            callback.gotData(key, flags, cas, value);
        }
    }
}
