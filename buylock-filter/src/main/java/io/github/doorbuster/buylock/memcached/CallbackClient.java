package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.MemcachedNode;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.Operation;
import net.spy.memcached.ops.StoreOperation;
import net.spy.memcached.ops.StoreType;
import net.spy.memcached.protocol.ascii.BaseGetOpImpl;

/**
 * The client without its futures: an operation answers to its callback alone, on the client's I/O thread, right where
 * the answer has been read. Callbacks must not block.
 *
 * <p>What has not been written when a connection is lost is cancelled. The client would write it to the next one, where
 * a cas id may by then be another's, and where the answer to a command that was half written would be taken for the
 * answer to the one behind it.
 */
final class CallbackClient extends MemcachedClient {

    private static final int NO_FLAGS = 0;

    CallbackClient(ConnectionFactory factory, List<InetSocketAddress> servers) throws IOException {
        super(factory, servers);
        mconn.addObserver(new Unwritten());
    }

    void sendAdd(String key, int seconds, String value, StoreOperation.Callback callback) {
        send(key, opFact.store(StoreType.add, key, NO_FLAGS, seconds, bytes(value), callback));
    }

    /** Sets a key on the server of another, {@code at}. */
    void sendSet(String at, String key, int seconds, String value, StoreOperation.Callback callback) {
        send(at, opFact.store(StoreType.set, key, NO_FLAGS, seconds, bytes(value), callback));
    }

    void sendCas(String key, long cas, int seconds, String value, StoreOperation.Callback callback) {
        send(key, opFact.cas(StoreType.set, key, cas, NO_FLAGS, seconds, bytes(value), callback));
    }

    /** Asks the server of {@code at} for several keys in one command. Values come in the keys' order. */
    void sendGets(String at, List<String> keys, GetsOperation.Callback callback) {
        send(at, new GetsOfMany(keys, callback));
    }

    /** Returns when its thread has ended, too: undeploy leaves none behind. */
    @Override
    public boolean shutdown(long timeout, TimeUnit unit) {
        boolean clean = super.shutdown(timeout, unit);
        try {
            mconn.join(unit.toMillis(timeout));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return clean;
    }

    /** The client refuses what an interrupted thread sends, though it need not wait for anything. */
    private void send(String at, Operation operation) {
        boolean interrupted = Thread.interrupted();
        try {
            mconn.enqueueOperation(at, operation);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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

    /** Called on the I/O thread, after a connection is lost and before anything is written to the next. */
    private final class Unwritten implements ConnectionObserver {

        @Override
        public void connectionLost(SocketAddress server) {
            cancel(server);
        }

        @Override
        public void connectionEstablished(SocketAddress server, int reconnects) {
            cancel(server);
        }

        private void cancel(SocketAddress server) {
            for (MemcachedNode node : mconn.getLocator().getAll()) {
                while (node.getSocketAddress().equals(server) && node.hasWriteOp()) {
                    node.removeCurrentWriteOp().cancel();
                }
            }
        }
    }
}
