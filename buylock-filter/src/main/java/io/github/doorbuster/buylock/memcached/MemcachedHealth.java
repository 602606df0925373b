package io.github.doorbuster.buylock.memcached;

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
 * Knows which servers answer. An idle connection does not notice that its server is gone, and a stopped process still
 * accepts connections: so every server is asked for a key of its own every so often, and two misses in a row mean DOWN.
 */
final class MemcachedHealth implements ConnectionObserver {

    static final long BEAT_MILLIS = 250;

    private static final Logger LOG = System.getLogger(MemcachedHealth.class.getName());
    private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MISSES_TO_DOWN = 2;

    private final Map<SocketAddress, Server> servers = new LinkedHashMap<>();
    private final CountDownLatch settled;

    MemcachedHealth(List<InetSocketAddress> addresses) {
        addresses.forEach(address -> servers.put(address, new Server(address)));
        settled = new CountDownLatch(servers.size());
    }

    /** Waits until each server has taken or refused the connection, then asks each once. */
    void start(MemcachedClient client, NodeLocator locator, long connectMillis) {
        servers.forEach((address, server) -> server.beatKey = keyOn(address, locator));
        try {
            if (!settled.await(connectMillis, TimeUnit.MILLISECONDS)) {
                LOG.log(Level.DEBUG, "not every memcached has answered the connection within {0} ms", connectMillis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        beat(client);
        servers.values().stream().filter(server -> !server.up).forEach(server -> server.down("it does not answer"));
    }

    /** Asks every server at once, then waits for the answers; only this tells the client of timeouts. */
    void beat(MemcachedClient client) {
        Map<Server, GetFuture<String>> answers = new LinkedHashMap<>();
        for (Server server : servers.values()) {
            try {
                answers.put(server, client.asyncGet(server.beatKey, TokenTranscoder.INSTANCE));
            } catch (RuntimeException e) {
                server.missed();
            }
        }
        long until = System.nanoTime() + ANSWER_NANOS;
        answers.forEach((server, answer) -> await(server, answer, until - System.nanoTime()));
    }

    boolean isUp(SocketAddress address) {
        Server server = servers.get(address);
        return server != null && server.up;
    }

    Map<String, State> states() {
        Map<String, State> states = new LinkedHashMap<>();
        servers.values().forEach(server -> states.put(server.name, server.up ? State.UP : State.DOWN));
        return Collections.unmodifiableMap(states);
    }

    @Override
    public void connectionEstablished(SocketAddress address, int reconnects) {
        settle(address);
    }

    @Override
    public void connectionLost(SocketAddress address) {
        Server server = settle(address);
        if (server != null) {
            server.down("the connection is lost");
        }
    }

    private @Nullable Server settle(SocketAddress address) {
        Server server = servers.get(address);
        if (server != null && server.settles()) {
            settled.countDown();
        }
        return server;
    }

    private static void await(Server server, GetFuture<String> answer, long nanos) {
        try {
            answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            server.answered();
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

    /** One server; DOWN until it has answered for the first time. */
    private static final class Server {

        private final String name;
        private volatile String beatKey = "";
        private volatile boolean up;
        private boolean reportedDown;
        private boolean hasSettled;
        private int misses;

        Server(InetSocketAddress address) {
            this.name = address.getHostString() + ":" + address.getPort();
        }

        synchronized boolean settles() {
            boolean first = !hasSettled;
            hasSettled = true;
            return first;
        }

        synchronized void answered() {
            misses = 0;
            if (!up) {
                up = true;
                reportedDown = false;
                LOG.log(Level.INFO, "memcached {0} is UP", name);
            }
        }

        synchronized void missed() {
            misses++;
            if (misses >= MISSES_TO_DOWN) {
                down("it does not answer");
            }
        }

        synchronized void down(String why) {
            up = false;
            if (!reportedDown) {
                reportedDown = true;
                LOG.log(Level.WARNING, "memcached {0} is DOWN: {1}; whenStoreFails decides meanwhile", name, why);
            }
        }
    }
}
