package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.StoreStatus.State;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.StoreOperation;
import org.jspecify.annotations.Nullable;

/**
 * The servers, and the threads that monitor them. Several servers share the keys by consistent hashing of their
 * configured names.
 *
 * <p>An idle connection does not detect that its server is gone, and a stopped process still accepts connections. So
 * each server periodically gets a heartbeat, and is DOWN after two in a row without a reply.
 */
final class MemcachedServers implements MemcachedCommands, MemcachedLockStore.Servers {

    static final long HEARTBEAT_MILLIS = 250;

    private static final Logger LOG = System.getLogger(MemcachedServers.class.getName());
    private static final long CONNECT_MILLIS = 1_000;
    private static final long RESOLVE_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 1_000;
    private static final long REPLY_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int EXPIRE_NOW = -1;
    private static final int MAINTENANCE_THREADS = 2;
    /** Resolving a name may take long. */
    private static final int MAX_RESOLVING_THREADS = 4;

    private final List<ServerConnection> servers;
    /** Null for a single server, whose keys need not be hashed. */
    private final @Nullable Continuum continuum;

    private final ScheduledExecutorService maintenance;
    private final ScheduledExecutorService resolving;

    private MemcachedServers(
            List<ServerName> names,
            HostResolver resolver,
            long timeoutMillis,
            CommandSet most,
            @Nullable SSLContext tls) {
        servers = names.stream()
                .map(name -> new ServerConnection(name, resolver, timeoutMillis, most, tls))
                .toList();
        continuum = names.size() > 1 ? new Continuum(names) : null;
        AtomicInteger count = new AtomicInteger();
        ThreadFactory threads = task -> {
            Thread thread = new Thread(task, "doorbuster-buylock-memcached-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        maintenance = Executors.newScheduledThreadPool(MAINTENANCE_THREADS, threads);
        resolving = Executors.newScheduledThreadPool(Math.min(names.size(), MAX_RESOLVING_THREADS), threads);
    }

    /** Connects, and waits for up to a second until each server has replied or failed. */
    static MemcachedServers connect(
            List<ServerName> names,
            HostResolver resolver,
            long timeoutMillis,
            CommandSet most,
            @Nullable SSLContext tls) {
        MemcachedServers opened = new MemcachedServers(names, resolver, timeoutMillis, most, tls);
        opened.start();
        return opened;
    }

    private void start() {
        servers.forEach(server ->
                resolving.scheduleWithFixedDelay(server::resolveIfLost, 0, RESOLVE_MILLIS, TimeUnit.MILLISECONDS));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONNECT_MILLIS);
        try {
            CompletableFuture.allOf(
                            servers.stream().map(ServerConnection::firstAttempt).toArray(CompletableFuture<?>[]::new))
                    .get(CONNECT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(Level.DEBUG, "some memcached servers did not accept a connection within {0} ms", CONNECT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        do {
            heartbeat();
        } while (servers.stream().anyMatch(MemcachedServers::owesReply) && System.nanoTime() - deadline < 0);
        servers.stream()
                .filter(server -> !server.health().isUp())
                .forEach(server -> server.health().down("it does not reply"));
        repeat(this::heartbeat, HEARTBEAT_MILLIS);
    }

    private static boolean owesReply(ServerConnection server) {
        return server.isConnected() && !server.health().isUp();
    }

    /** Runs a task again and again, until the servers are closed. */
    void repeat(Runnable task, long millis) {
        maintenance.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Sends a heartbeat to every server, then waits for the replies. */
    private void heartbeat() {
        Map<ServerConnection, HeartbeatReply> replies = new LinkedHashMap<>();
        Map<ServerConnection, GetsCommand> sent = new LinkedHashMap<>();
        for (ServerConnection server : servers) {
            HeartbeatReply reply = new HeartbeatReply();
            try {
                sent.put(server, server.beat(reply));
                replies.put(server, reply);
            } catch (RuntimeException e) {
                server.health().missed();
            }
        }
        long deadline = System.nanoTime() + REPLY_TIMEOUT_NANOS;
        replies.forEach((server, reply) -> {
            GetsCommand command = sent.get(server);
            try {
                String value = reply.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                server.beatReplied(command, value);
            } catch (TimeoutException | ExecutionException e) {
                server.beatMissed(command);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private ServerConnection server(String key) {
        return servers.get(continuum == null ? 0 : continuum.serverOf(key));
    }

    Stream<ServerConnection> stream() {
        return servers.stream();
    }

    @Override
    public boolean isUp(String key) {
        return server(key).health().isUp();
    }

    @Override
    public Map<String, State> states() {
        Map<String, State> states = new LinkedHashMap<>();
        servers.forEach(
                server -> states.put(server.name().text(), server.health().isUp() ? State.UP : State.DOWN));
        return Collections.unmodifiableMap(states);
    }

    @Override
    public void sendAdd(String serverOf, String key, int seconds, String value, StoreOperation.Callback callback) {
        ServerConnection server = server(serverOf);
        String command = switch (server.connection().commands()) {
            case CLASSIC -> "add " + key + " 0 " + seconds + " " + value.length();
            case META -> "ms " + key + " " + value.length() + " ME T" + seconds + " c";
            case META_WITH_EXPLICIT_CAS ->
                "ms " + key + " " + value.length() + " ME T" + seconds + " E" + CasVersion.newExplicitCas() + " c";
        };
        server.send(new StatusCommand(command + "\r\n" + value + "\r\n", key, callback));
    }

    /** Sets a key on a server. */
    void sendSet(ServerConnection server, String key, int seconds, String value, OperationCallback callback) {
        String command = "set " + key + " 0 " + seconds + " " + value.length() + "\r\n" + value + "\r\n";
        server.send(new StatusCommand(command, key, callback));
    }

    @Override
    public void sendCas(String key, CasVersion version, int seconds, String value, StoreOperation.Callback callback) {
        ServerConnection server = server(key);
        String command = switch (server.connection().commands()) {
            case CLASSIC -> classicCas(key, version, seconds, value);
            case META -> metaCas(key, version, seconds, value) + " c";
            case META_WITH_EXPLICIT_CAS ->
                metaCas(key, version, seconds, value) + " E" + CasVersion.newExplicitCas() + " c";
        };
        sendIfCurrent(server, key, command + "\r\n" + value + "\r\n", version, callback);
    }

    private static String classicCas(String key, CasVersion version, int seconds, String value) {
        return "cas " + key + " 0 " + seconds + " " + value.length() + " " + version.cas();
    }

    private static String metaCas(String key, CasVersion version, int seconds, String value) {
        return "ms " + key + " " + value.length() + " MS T" + seconds + " C" + version.cas();
    }

    @Override
    public void sendDelete(String key, CasVersion version, StoreOperation.Callback callback) {
        ServerConnection server = server(key);
        // The classic delete takes no CAS id.
        String command = server.connection().commands() == CommandSet.CLASSIC
                ? classicCas(key, version, EXPIRE_NOW, "") + "\r\n\r\n"
                : "md " + key + " C" + version.cas() + "\r\n";
        sendIfCurrent(server, key, command, version, callback);
    }

    private static void sendIfCurrent(
            ServerConnection server, String key, String command, CasVersion version, OperationCallback callback) {
        server.send(new StatusCommand(command, key, callback, version, server::connection));
    }

    @Override
    public void sendGets(String serverOf, List<String> keys, GetsOperation.Callback callback) {
        server(serverOf).send(new GetsCommand(keys, callback));
    }

    @Override
    public void sendIncr(String serverOf, String key, OperationCallback callback) {
        server(serverOf).send(new StatusCommand("incr " + key + " 1\r\n", key, callback));
    }

    @Override
    public Object connectionOf(String key) {
        return server(key).connection();
    }

    @Override
    public ServerConnection serverOf(String key) {
        return server(key);
    }

    /** Operations that were sent before are executed if their servers reply. */
    @Override
    public void close() {
        resolving.shutdownNow();
        maintenance.shutdownNow();
        awaitReplies();
        servers.forEach(ServerConnection::close);
        try {
            // Tomcat warns of threads that still end when the application has been destroyed.
            maintenance.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
            resolving.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Replies arrive in the order of the commands. */
    private void awaitReplies() {
        List<HeartbeatReply> last = servers.stream()
                .filter(server -> server.health().isUp())
                .map(server -> {
                    HeartbeatReply reply = new HeartbeatReply();
                    try {
                        server.send(new GetsCommand(List.of(ServerConnection.HEARTBEAT_KEY), reply));
                    } catch (RuntimeException e) {
                        reply.completeExceptionally(e);
                    }
                    return reply;
                })
                .toList();
        try {
            CompletableFuture.allOf(last.toArray(CompletableFuture<?>[]::new)).get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(Level.DEBUG, "some memcached servers did not reply within {0} ms", CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
