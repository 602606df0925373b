package io.github.doorbuster.buylock.memcached;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.buylock.StoreStatus.State;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.NodeLocator;
import net.spy.memcached.internal.GetFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tracks which servers reply. An idle connection does not detect that its server is gone, and a stopped process still
 * accepts connections. So each server periodically gets a heartbeat, a {@code get} of a key of its own, and is DOWN
 * after two heartbeats in a row without a reply.
 */
final class MemcachedHealth implements ConnectionObserver {

    static final long HEARTBEAT_MILLIS = 250;

    private static final Logger LOG = System.getLogger(MemcachedHealth.class.getName());
    private static final long REPLY_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MISSES_UNTIL_DOWN = 2;

    private final Map<SocketAddress, Server> servers = new LinkedHashMap<>();
    /** Counts the servers whose first connection attempt is still open. */
    private final CountDownLatch connecting;

    MemcachedHealth(List<InetSocketAddress> addresses) {
        addresses.forEach(address -> servers.put(address, new Server(address)));
        connecting = new CountDownLatch(servers.size());
    }

    /** Waits until each server has accepted or rejected the connection, then sends the first heartbeat. */
    void start(MemcachedClient client, NodeLocator locator, long connectMillis) {
        servers.forEach((address, server) -> server.heartbeatKey = keyOn(address, locator));
        try {
            if (!connecting.await(connectMillis, TimeUnit.MILLISECONDS)) {
                LOG.log(Level.DEBUG, "some memcached servers did not accept a connection within {0} ms", connectMillis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        heartbeat(client);
        servers.values().stream().filter(server -> !server.up).forEach(server -> server.down("it does not reply"));
    }

    /**
     * Sends a heartbeat to every server, then waits for the replies. The client counts timeouts, and reconnects after
     * several, only if a thread waits for its futures.
     */
    void heartbeat(MemcachedClient client) {
        Map<Server, GetFuture<String>> replies = new LinkedHashMap<>();
        for (Server server : servers.values()) {
            try {
                replies.put(server, client.asyncGet(server.heartbeatKey, TokenTranscoder.INSTANCE));
            } catch (RuntimeException e) {
                server.missed();
            }
        }
        long deadline = System.nanoTime() + REPLY_TIMEOUT_NANOS;
        replies.forEach((server, reply) -> await(server, reply, deadline - System.nanoTime()));
    }

    boolean isUp(SocketAddress address) {
        Server server = servers.get(address);
        return server != null && server.up;
    }

    /** {@return the key that the heartbeats of a server read} */
    String heartbeatKey(SocketAddress address) {
        Server server = servers.get(address);
        return server == null ? "" : server.heartbeatKey;
    }

    /** {@return the value that the last heartbeat has read, empty if the server has none} */
    String heartbeatValue(SocketAddress address) {
        Server server = servers.get(address);
        return server == null ? "" : server.heartbeatValue;
    }

    /** {@return a number that depends on the values of all servers; 0 if none has a value} */
    long heartbeatValues() {
        long sum = 0;
        for (Server server : servers.values()) {
            String value = server.heartbeatValue;
            sum = 31 * sum + (value.isEmpty() ? 0 : value.hashCode() | 1L << 32);
        }
        return sum;
    }

    Map<String, State> states() {
        Map<String, State> states = new LinkedHashMap<>();
        servers.values().forEach(server -> states.put(server.name, server.up ? State.UP : State.DOWN));
        return Collections.unmodifiableMap(states);
    }

    @Override
    public void connectionEstablished(SocketAddress address, int reconnects) {
        endFirstAttempt(address);
    }

    @Override
    public void connectionLost(SocketAddress address) {
        Server server = endFirstAttempt(address);
        if (server != null) {
            server.down("the connection is lost");
        }
    }

    private @Nullable Server endFirstAttempt(SocketAddress address) {
        Server server = servers.get(address);
        if (server != null && server.endFirstAttempt()) {
            connecting.countDown();
        }
        return server;
    }

    private static void await(Server server, GetFuture<String> reply, long nanos) {
        try {
            String value = reply.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            server.heartbeatValue = value == null ? "" : value;
            server.replied();
        } catch (TimeoutException | ExecutionException | RuntimeException e) {
            server.missed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String keyOn(SocketAddress address, NodeLocator locator) {
        for (int i = 0; ; i++) {
            String key = "doorbuster-heartbeat-" + i;
            if (locator.getPrimary(key).getSocketAddress().equals(address)) {
                return key;
            }
        }
    }

    /** The state of one server; DOWN until it has replied for the first time. */
    private static final class Server {

        private final String name;
        private volatile String heartbeatKey = "";
        private volatile String heartbeatValue = "";
        private volatile boolean up;

        @GuardedBy("this")
        private boolean loggedDown;

        @GuardedBy("this")
        private boolean firstAttemptEnded;

        @GuardedBy("this")
        private int misses;

        Server(InetSocketAddress address) {
            this.name = address.getHostString() + ":" + address.getPort();
        }

        /** {@return true the first time} */
        synchronized boolean endFirstAttempt() {
            boolean first = !firstAttemptEnded;
            firstAttemptEnded = true;
            return first;
        }

        synchronized void replied() {
            misses = 0;
            if (!up) {
                up = true;
                loggedDown = false;
                LOG.log(Level.INFO, "memcached {0} is UP", name);
            }
        }

        synchronized void missed() {
            misses++;
            if (misses >= MISSES_UNTIL_DOWN) {
                down("it does not reply");
            }
        }

        synchronized void down(String why) {
            up = false;
            if (!loggedDown) {
                loggedDown = true;
                LOG.log(Level.WARNING, "memcached {0} is DOWN: {1}; whenStoreFails decides meanwhile", name, why);
            }
        }
    }
}
