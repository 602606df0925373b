package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.DefaultConnectionFactory;
import net.spy.memcached.FailureMode;
import net.spy.memcached.MemcachedConnection;
import net.spy.memcached.MemcachedNode;
import net.spy.memcached.compat.log.Logger;
import net.spy.memcached.ops.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The client's I/O thread for one server. It connects again, to the same address, when the connection is lost.
 *
 * <p>When a connection is lost, its unwritten operations are cancelled. The client's default is to write them to the
 * next connection, where a CAS id may belong to another owner, and the reply to a half-written command would be read as
 * the reply to the next one.
 */
final class SpyConnection extends MemcachedConnection {

    private static final String ANY_KEY = "any";
    /** After this time without a reply, the I/O thread is woken for each operation. */
    private static final long SLOW_REPLY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private volatile long lastAwakeAt;

    /** Receives the changes of a connection, mostly on its I/O thread, which it must not block. */
    interface Observer {

        void established();

        void lost();

        /** An attempt to connect has failed. */
        void refused();
    }

    private SpyConnection(Factory factory, InetSocketAddress address) throws IOException {
        super(
                factory.getReadBufSize(),
                factory,
                List.of(address),
                List.of(factory.changes),
                factory.getFailureMode(),
                factory.getOperationFactory());
        factory.changes.io = this;
    }

    /** Starts to connect, by TLS unless it is null. */
    static SpyConnection open(InetSocketAddress address, long timeoutMillis, @Nullable Tls tls, Observer observer)
            throws IOException {
        return new SpyConnection(new Factory(timeoutMillis, tls, new Changes(observer)), address);
    }

    /** Clears the thread's interrupt flag meanwhile: the client rejects operations of an interrupted thread. */
    void send(Operation operation) {
        boolean interrupted = Thread.interrupted();
        try {
            enqueueOperation(ANY_KEY, operation);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Queues an operation. Does not wake the I/O thread while a reply is outstanding: that reply wakes it, and it then
     * writes what was queued meanwhile in one go. An operation is delayed by at most a round trip.
     */
    @Override
    protected void addOperation(MemcachedNode node, Operation operation) {
        operation.setHandlingNode(node);
        operation.initialize();
        node.addOp(operation);
        if (!node.isActive()) {
            addedQueue.offer(node);
        }
        // Checked after the operation is in the queue: the I/O thread removes the last reply, and then reads the queue.
        if (!node.hasReadOp() || System.nanoTime() - lastAwakeAt > SLOW_REPLY_NANOS) {
            selector.wakeup();
        }
    }

    /** Writes at once what was queued. The client itself waits until the channel is writable. */
    @Override
    public void handleIO() throws IOException {
        lastAwakeAt = System.nanoTime();
        if (!shutDown) {
            for (MemcachedNode node : getLocator().getAll()) {
                if (node.isActive()) {
                    ((SpyNode) node).writeQueued();
                }
            }
        }
        super.handleIO();
    }

    private void cancelUnwritten() {
        for (MemcachedNode node : getLocator().getAll()) {
            while (node.hasWriteOp()) {
                node.removeCurrentWriteOp().cancel();
            }
        }
    }

    /** Also waits until the I/O thread has ended, so that none is left after undeploy. */
    void close(long timeoutMillis) {
        try {
            shutdown();
            join(timeoutMillis);
        } catch (IOException e) {
            SpyLogger.INSTANCE.warn("the selector was not closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!isAlive()) {
            for (MemcachedNode node : getLocator().getAll()) {
                while (node.hasReadOp()) {
                    node.removeCurrentReadOp().cancel();
                }
                node.destroyInputQueue().forEach(Operation::cancel);
            }
            cancelUnwritten();
        }
    }

    @Override
    protected void queueReconnect(MemcachedNode node) {
        super.queueReconnect(node);
        ((SpyNode) node).refused();
    }

    @Override
    protected Logger getLogger() {
        return SpyLogger.INSTANCE;
    }

    /** The observer is called first, so that operations of the lost connection are outdated when they are cancelled. */
    private static final class Changes implements ConnectionObserver {

        private final Observer observer;
        private volatile @Nullable SpyConnection io;

        Changes(Observer observer) {
            this.observer = observer;
        }

        @Override
        public void connectionEstablished(SocketAddress address, int reconnects) {
            cancelUnwritten();
            observer.established();
        }

        @Override
        public void connectionLost(SocketAddress address) {
            observer.lost();
            cancelUnwritten();
        }

        private void cancelUnwritten() {
            SpyConnection connection = io;
            if (connection != null) {
                connection.cancelUnwritten();
            }
        }
    }

    private static final class Factory extends DefaultConnectionFactory {

        private static final int MAX_BLOCK_MILLIS = 2;
        private static final int MISSES_UNTIL_RECONNECT = 3;

        private final long timeoutMillis;
        private final @Nullable Tls tls;
        private final Changes changes;

        Factory(long timeoutMillis, @Nullable Tls tls, Changes changes) {
            this.timeoutMillis = Math.max(1, timeoutMillis);
            this.tls = tls;
            this.changes = changes;
        }

        @Override
        public MemcachedNode createMemcachedNode(SocketAddress address, SocketChannel channel, int bufferSize) {
            return new SpyNode(address, channel, bufferSize, this, changes.observer::refused);
        }

        /** Redistribute could give a key two owners; Retry would send operations late. */
        @Override
        public FailureMode getFailureMode() {
            return FailureMode.Cancel;
        }

        // The maintained fork of the client calls the following three methods. The original one does not have them.

        @SuppressWarnings({"unused", "EffectivelyPrivate"})
        public @Nullable SSLContext getSSLContext() {
            return tls == null ? null : tls.context();
        }

        @SuppressWarnings({"unused", "EffectivelyPrivate"})
        public @Nullable String getHostnameForTlsVerification() {
            return tls == null ? null : tls.host();
        }

        @SuppressWarnings({"unused", "EffectivelyPrivate"})
        public boolean skipTlsHostnameVerification() {
            return false;
        }

        /** Operations that have timed out are not written any more. */
        @Override
        public long getOperationTimeout() {
            return timeoutMillis;
        }

        @Override
        public long getOpQueueMaxBlockTime() {
            return MAX_BLOCK_MILLIS;
        }

        @Override
        public int getTimeoutExceptionThreshold() {
            return MISSES_UNTIL_RECONNECT;
        }

        @Override
        public long getMaxReconnectDelay() {
            return 1;
        }

        @Override
        public boolean isDaemon() {
            return true;
        }

        @Override
        protected Logger getLogger() {
            return SpyLogger.INSTANCE;
        }
    }
}
