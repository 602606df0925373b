package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.StoreOperation;
import net.spy.memcached.ops.StoreType;
import net.spy.memcached.protocol.ascii.BaseGetOpImpl;

/**
 * The client without its futures: an operation answers to its callback alone, on the client's I/O thread, right where
 * the answer has been read. Callbacks must not block.
 */
final class CallbackClient extends MemcachedClient {

    private static final int NO_FLAGS = 0;

    CallbackClient(ConnectionFactory factory, List<InetSocketAddress> servers) throws IOException {
        super(factory, servers);
    }

    void sendAdd(String key, int seconds, String value, StoreOperation.Callback callback) {
        mconn.enqueueOperation(key, opFact.store(StoreType.add, key, NO_FLAGS, seconds, bytes(value), callback));
    }

    void sendSet(String key, int seconds, String value, StoreOperation.Callback callback) {
        mconn.enqueueOperation(key, opFact.store(StoreType.set, key, NO_FLAGS, seconds, bytes(value), callback));
    }

    void sendCas(String key, long cas, int seconds, String value, StoreOperation.Callback callback) {
        mconn.enqueueOperation(key, opFact.cas(StoreType.set, key, cas, NO_FLAGS, seconds, bytes(value), callback));
    }

    /** Asks for several keys in one command; all must be on the first one's server. Values come in the keys' order. */
    void sendGets(List<String> keys, GetsOperation.Callback callback) {
        mconn.enqueueOperation(keys.get(0), new GetsOfMany(keys, callback));
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The client's own {@code gets} takes one key only. */
    private static final class GetsOfMany extends BaseGetOpImpl {

        GetsOfMany(List<String> keys, GetsOperation.Callback callback) {
            super("gets", callback, keys);
        }
    }
}
