package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.MemcachedNode;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.Mutator;
import net.spy.memcached.ops.Operation;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.StoreOperation;
import net.spy.memcached.ops.StoreType;
import net.spy.memcached.protocol.ascii.BaseGetOpImpl;

/**
 * spymemcached without its futures: the client calls an operation's callback on its I/O thread as soon as it has read
 * the reply. Callbacks must not block.
 *
 * <p>When a connection is lost, its unwritten operations are cancelled. By default, the client writes them to the next
 * connection. There a CAS id may belong to another owner, and the reply to a half-written command would be taken for
 * the reply to the next one.
 */
final class AsyncMemcachedClient extends MemcachedClient implements MemcachedCommands {

    private static final int NO_FLAGS = 0;

    /** Counts the changes of each connection. */
    private final ConcurrentMap<SocketAddress, Integer> connections = new ConcurrentHashMap<>();

    AsyncMemcachedClient(ConnectionFactory factory, List<InetSocketAddress> servers) throws IOException {
        super(factory, servers);
        mconn.addObserver(new UnwrittenOperations());
    }

    @Override
    public void sendAdd(String serverOf, String key, int seconds, String value, StoreOperation.Callback callback) {
        send(serverOf, opFact.store(StoreType.add, key, NO_FLAGS, seconds, bytes(value), callback));
    }

    /** Sets a key on the server that {@code serverOf} is on. */
    void sendSet(String serverOf, String key, int seconds, String value, StoreOperation.Callback callback) {
        send(serverOf, opFact.store(StoreType.set, key, NO_FLAGS, seconds, bytes(value), callback));
    }

    @Override
    public void sendCas(String key, long cas, int seconds, String value, StoreOperation.Callback callback) {
        send(key, opFact.cas(StoreType.set, key, cas, NO_FLAGS, seconds, bytes(value), callback));
    }

    @Override
    public void sendGets(String serverOf, List<String> keys, GetsOperation.Callback callback) {
        send(serverOf, new MultiGetsOperation(keys, callback));
    }

    @Override
    public void sendIncr(String serverOf, String key, OperationCallback callback) {
        send(serverOf, opFact.mutate(Mutator.incr, key, 1, 0, 0, callback));
    }

    @Override
    public Object connectionOf(String key) {
        return connections.getOrDefault(getNodeLocator().getPrimary(key).getSocketAddress(), 0);
    }

    @Override
    public Object serverOf(String key) {
        return getNodeLocator().getPrimary(key).getSocketAddress();
    }

    /** Also waits until the I/O thread has ended, so that none is left after undeploy. */
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

    /** Clears the thread's interrupt flag meanwhile: the client rejects operations of an interrupted thread. */
    private void send(String serverOf, Operation operation) {
        boolean interrupted = Thread.interrupted();
        try {
            mconn.enqueueOperation(serverOf, operation);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The client's own {@code gets} operation takes only one key. */
    private static final class MultiGetsOperation extends BaseGetOpImpl {

        MultiGetsOperation(List<String> keys, GetsOperation.Callback callback) {
            super("gets", callback, keys);
        }
    }

    /** Cancels operations on the I/O thread, after a connection is lost and before anything is written to the next. */
    private final class UnwrittenOperations implements ConnectionObserver {

        @Override
        public void connectionLost(SocketAddress server) {
            cancel(server);
        }

        @Override
        public void connectionEstablished(SocketAddress server, int reconnects) {
            cancel(server);
        }

        private void cancel(SocketAddress server) {
            connections.merge(server, 1, Integer::sum);
            for (MemcachedNode node : mconn.getLocator().getAll()) {
                while (node.getSocketAddress().equals(server) && node.hasWriteOp()) {
                    node.removeCurrentWriteOp().cancel();
                }
            }
        }
    }
}
