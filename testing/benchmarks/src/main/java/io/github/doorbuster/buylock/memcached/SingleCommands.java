package io.github.doorbuster.buylock.memcached;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.OperationStatus;

/**
 * The client of the store without the store, for benchmarks: sends commands whose reply is one line. It is in the
 * store's package because the client is not public.
 */
public final class SingleCommands implements AutoCloseable {

    private static final long TIMEOUT_MILLIS = 1_000;

    private final SpyConnection io;

    private SingleCommands(SpyConnection io) {
        this.io = io;
    }

    /** Connects to {@code host:port}. */
    public static SingleCommands connect(String address) {
        int colon = address.lastIndexOf(':');
        InetSocketAddress server =
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        CountDownLatch established = new CountDownLatch(1);
        SpyConnection.Observer observer = new SpyConnection.Observer() {
            @Override
            public void established() {
                established.countDown();
            }

            @Override
            public void lost() {}

            @Override
            public void refused() {}
        };
        try {
            SpyConnection io = SpyConnection.open(server, TIMEOUT_MILLIS, null, observer);
            if (!established.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("no connection to memcached at " + address);
            }
            return new SingleCommands(io);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends a command. Runs the action on the client's thread when the reply has arrived, whatever it is. */
    public void send(String command, String key, Runnable onReply) {
        io.send(new StatusCommand(command, key, new OperationCallback() {
            @Override
            public void receivedStatus(OperationStatus status) {}

            @Override
            public void complete() {
                onReply.run();
            }
        }));
    }

    @Override
    public void close() {
        io.close(TIMEOUT_MILLIS);
    }
}
