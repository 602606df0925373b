package io.github.doorbuster.buylock.memcached;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import net.spy.memcached.MemcachedNode;
import net.spy.memcached.ops.Operation;
import org.jspecify.annotations.Nullable;

/**
 * One server, which keeps its name while its address changes. When the connection is lost, the client connects to the
 * same address again. If the name now has another address, {@link #resolveIfLost()} moves to it.
 */
final class ServerConnection {

    /** Also the change key of {@link SaleMarks}. */
    static final String HEARTBEAT_KEY = "doorbuster-heartbeat-0";

    private static final long CLOSE_MILLIS = 1_000;

    private final ServerName name;
    private final HostResolver resolver;
    private final long timeoutMillis;
    private final CommandSet most;
    private final @Nullable Tls tls;
    private final ServerHealth health;
    private final CompletableFuture<Void> firstAttempt = new CompletableFuture<>();
    private volatile Connection connection = new Connection();
    private volatile boolean connected;
    private volatile boolean probed;
    private volatile @Nullable Client client;
    private volatile String heartbeatValue = "";

    /** Callbacks of clients that were replaced are ignored. */
    @GuardedBy("this")
    private @Nullable Observer observer;

    @GuardedBy("this")
    private boolean closed;

    /** The client for one address. */
    private record Client(InetSocketAddress address, SpyConnection io) {}

    ServerConnection(
            ServerName name,
            HostResolver resolver,
            long timeoutMillis,
            CommandSet most,
            @Nullable SSLContext tlsContext) {
        this.name = name;
        this.tls = tlsContext == null ? null : new Tls(tlsContext, name.host());
        this.resolver = resolver;
        this.timeoutMillis = timeoutMillis;
        this.most = most;
        this.health = new ServerHealth(name);
    }

    ServerName name() {
        return name;
    }

    ServerHealth health() {
        return health;
    }

    /** {@return the current connection; after a loss, the next one} */
    Connection connection() {
        return connection;
    }

    boolean isConnected() {
        return connected;
    }

    /** {@return a stage that completes when the first attempt to connect has succeeded or failed} */
    CompletableFuture<Void> firstAttempt() {
        return firstAttempt;
    }

    /** {@return the value that the last heartbeat has read, empty if there is none} */
    String heartbeatValue() {
        return heartbeatValue;
    }

    /** Cancels the operation if there is no connection. */
    void send(Operation operation) {
        Client current = client;
        if (current == null) {
            operation.cancel();
        } else {
            current.io.send(operation);
        }
    }

    /**
     * Resolves the name if there is no connection, and moves to its address. Blocks while the name is resolved. Only
     * one thread at a time may call it.
     */
    void resolveIfLost() {
        if (connected) {
            return;
        }
        try {
            InetSocketAddress address = name.resolve(resolver);
            Client current = client;
            if (current == null || !current.address.equals(address)) {
                moveTo(address);
            }
        } catch (UnknownHostException e) {
            if (client == null) {
                health.down("its name does not resolve");
            }
            firstAttempt.complete(null);
        } catch (IOException e) {
            health.down("no socket can be opened: " + e.getMessage());
            firstAttempt.complete(null);
        }
    }

    private void moveTo(InetSocketAddress address) throws IOException {
        Observer next = new Observer();
        synchronized (this) {
            observer = next;
            lose();
        }
        Client previous = client;
        client = null;
        if (previous != null) {
            previous.io.close(CLOSE_MILLIS);
        }
        SpyConnection io = SpyConnection.open(address, timeoutMillis, tls, next);
        synchronized (this) {
            if (!closed) {
                client = new Client(address, io);
            }
        }
        if (client == null) {
            io.close(CLOSE_MILLIS);
        }
        next.endFirstAttempt();
    }

    /** Sends a heartbeat. With the first heartbeat of a connection, also probes which commands the server knows. */
    GetsCommand beat(HeartbeatReply reply) {
        if (!probed && connected) {
            probed = true;
            Connection asked = connection;
            send(new ProbeCommand(known -> asked.probed(known.compareTo(most) < 0 ? known : most)));
        }
        GetsCommand heartbeat = new GetsCommand(List.of(HEARTBEAT_KEY), reply);
        send(heartbeat);
        return heartbeat;
    }

    void beatReplied(GetsCommand heartbeat, String value) {
        heartbeatValue = value;
        health.replied();
        countMiss(heartbeat, false);
    }

    void beatMissed(GetsCommand heartbeat) {
        health.missed();
        countMiss(heartbeat, true);
    }

    /** After several misses in a row, the client connects again. */
    private static void countMiss(GetsCommand heartbeat, boolean missed) {
        MemcachedNode node = heartbeat.getHandlingNode();
        if (node != null) {
            node.setContinuousTimeout(missed);
        }
    }

    private synchronized boolean established(Observer of) {
        connected |= of == observer;
        return of == observer;
    }

    private synchronized boolean lost(Observer of) {
        if (of == observer) {
            lose();
        }
        return of == observer;
    }

    @GuardedBy("this")
    private void lose() {
        connected = false;
        connection.lose();
        connection = new Connection();
        probed = false;
    }

    void close() {
        Client last;
        synchronized (this) {
            closed = true;
            last = client;
        }
        if (last != null) {
            last.io.close(CLOSE_MILLIS);
        }
    }

    /** Is called on the I/O thread of its client. */
    private final class Observer implements SpyConnection.Observer {

        private volatile boolean ended;

        /** Only when there is also a client to send by. */
        void endFirstAttempt() {
            if (ended && client != null) {
                firstAttempt.complete(null);
            }
        }

        @Override
        public void established() {
            if (ServerConnection.this.established(this)) {
                ended = true;
                endFirstAttempt();
            }
        }

        @Override
        public void lost() {
            if (ServerConnection.this.lost(this)) {
                health.down("the connection is lost");
            }
        }

        @Override
        public void refused() {
            ended = true;
            endFirstAttempt();
        }
    }
}
