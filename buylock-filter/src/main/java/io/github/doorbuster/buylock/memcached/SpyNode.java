package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.compat.log.Logger;
import net.spy.memcached.protocol.TCPMemcachedNodeImpl;

/** The client's side of a connection, with the logger of this module. */
final class SpyNode extends TCPMemcachedNodeImpl {

    private final Runnable onRefused;

    SpyNode(
            SocketAddress address,
            SocketChannel channel,
            int bufferSize,
            ConnectionFactory factory,
            Runnable onRefused) {
        super(
                address,
                channel,
                bufferSize,
                factory.createReadOperationQueue(),
                factory.createWriteOperationQueue(),
                factory.createOperationQueue(),
                factory.getOpQueueMaxBlockTime(),
                false,
                factory.getOperationTimeout(),
                factory.getAuthWaitTime(),
                factory);
        this.onRefused = onRefused;
    }

    /** An attempt to connect has failed, or the connection is lost. */
    void refused() {
        onRefused.run();
    }

    /** Writes what is queued, as far as the channel takes it, and waits for replies and for room in the channel. */
    void writeQueued() {
        try {
            copyInputQueue();
            do {
                fillWriteBuffer(false);
            } while (getBytesRemainingToWrite() > 0 && writeSome() > 0);
        } catch (IOException e) {
            // The client will try to write the rest, fail likewise, and connect again.
            getLogger().debug("memcached: a write failed", e);
        } finally {
            fixupOps();
        }
    }

    @Override
    protected void optimize() {}

    @Override
    protected Logger getLogger() {
        return SpyLogger.INSTANCE;
    }
}
