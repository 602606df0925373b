package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus;
import io.github.doorbuster.buylock.StoreStatus.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.ConnectionFactoryBuilder.Locator;
import net.spy.memcached.ConnectionFactoryBuilder.Protocol;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.FailureMode;
import net.spy.memcached.NodeLocator;
import net.spy.memcached.ops.StatusCode;

/**
 * Keeps leases in memcached, by its <a href="https://github.com/memcached/memcached/blob/master/doc/protocol.txt">ASCII
 * protocol</a>: {@code add} acquires a key; {@code gets}, a comparison of the token, and {@code cas} renew and release
 * it, so that nobody changes the lease of another owner.
 *
 * <p>Several servers share the keys by consistent hashing (ketama). A server that is down affects only its share of the
 * items.
 */
public final class MemcachedLockStore implements LockStore {

    /** How long the store waits for a reply, unless {@link #connect(String, Duration)} sets it. */
    public static final int DEFAULT_STORE_TIMEOUT_MILLIS = 250;

    private static final long CONNECT_MILLIS = 1_000;
    private static final long TIMEOUT_CHECK_MILLIS = 25;
    private static final long CLOSE_MILLIS = 1_000;
    private static final int MAX_BLOCK_MILLIS = 2;
    private static final int MAINTENANCE_THREADS = 2;
    private static final int SIGNAL_SECONDS = 3;

    private final AsyncMemcachedClient client;
    private final NodeLocator locator;
    private final MemcachedHealth health;
    private final InFlightOperations operations;
    private final CasBatcher casBatcher;
    private final SaleMarks saleMarks;
    private final OrphanedLeases orphans;
    private final ScheduledExecutorService maintenance;

    private MemcachedLockStore(List<InetSocketAddress> servers, Duration timeout) throws IOException {
        maintenance = Executors.newScheduledThreadPool(MAINTENANCE_THREADS, threads("doorbuster-buylock-memcached-"));
        health = new MemcachedHealth(servers);
        operations = new InFlightOperations(timeout.toNanos(), System::nanoTime);
        SpyLogger.install();
        client = new AsyncMemcachedClient(
                new ConnectionFactoryBuilder()
                        .setProtocol(Protocol.TEXT)
                        // Ketama computes an MD5 for each key, which a single server does not need.
                        .setLocatorType(servers.size() > 1 ? Locator.CONSISTENT : Locator.ARRAY_MOD)
                        .setHashAlg(
                                servers.size() > 1
                                        ? DefaultHashAlgorithm.KETAMA_HASH
                                        : DefaultHashAlgorithm.NATIVE_HASH)
                        // Redistribute could give a key two owners; Retry would send operations late.
                        .setFailureMode(FailureMode.Cancel)
                        .setInitialObservers(List.of(health))
                        // Operations that have timed out are not written any more.
                        .setOpTimeout(Math.max(1, timeout.toMillis()))
                        .setOpQueueMaxBlockTime(MAX_BLOCK_MILLIS)
                        .setTimeoutExceptionThreshold(3)
                        .setMaxReconnectDelay(1)
                        .setUseNagleAlgorithm(false)
                        .setShouldOptimize(false)
                        .setDaemon(true)
                        .build(),
                servers);
        locator = client.getNodeLocator();
        casBatcher = new CasBatcher(client, operations);
        saleMarks = new SaleMarks(client, operations, health);
        orphans = new OrphanedLeases(this::isUp, casBatcher::release, System::nanoTime);
        health.start(client, locator, CONNECT_MILLIS);
        repeat(() -> health.heartbeat(client), MemcachedHealth.HEARTBEAT_MILLIS);
        repeat(saleMarks::keepChangeKeys, MemcachedHealth.HEARTBEAT_MILLIS);
        repeat(orphans::releaseDue, MemcachedHealth.HEARTBEAT_MILLIS);
        repeat(operations::failTimedOut, TIMEOUT_CHECK_MILLIS);
    }

    /**
     * Connects to memcached with the default timeout. Waits up to one second for the servers; connects to those that
     * are down as soon as they are up.
     *
     * @param memcached {@code host:port}, or several separated by commas
     * @return a store that the caller must close
     * @throws IllegalArgumentException if the addresses are malformed or cannot be resolved
     * @throws UncheckedIOException if no socket can be opened
     */
    public static MemcachedLockStore connect(String memcached) {
        return connect(memcached, Duration.ofMillis(DEFAULT_STORE_TIMEOUT_MILLIS));
    }

    /**
     * Connects to memcached as {@link #connect(String)} does, with a timeout.
     *
     * @param memcached {@code host:port}, or several separated by commas
     * @param timeout how long to wait for the reply to an operation
     * @return a store that the caller must close
     * @throws IllegalArgumentException if the addresses are malformed or cannot be resolved
     * @throws UncheckedIOException if no socket can be opened
     */
    public static MemcachedLockStore connect(String memcached, Duration timeout) {
        try {
            return new MemcachedLockStore(Servers.parse(memcached), timeout);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<Boolean> acquire(Lease lease) {
        if (!isUp(lease.key())) {
            return down(lease.key());
        }
        return operations
                .send(new AddReply(lease), reply -> client.sendAdd(lease.key(), seconds(lease), lease.token(), reply))
                .thenApply(code -> code == StatusCode.SUCCESS);
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease) {
        return isUp(lease.key()) ? casBatcher.renew(lease) : down(lease.key());
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        CompletionStage<Boolean> released = isUp(lease.key()) ? casBatcher.release(lease) : down(lease.key());
        released.whenComplete((found, failure) -> {
            if (failure != null) {
                orphans.add(lease);
            }
        });
        return released;
    }

    @Override
    public CompletionStage<Void> signalWaiter(String key) {
        if (!isUp(key)) {
            return down(key);
        }
        return operations
                .send(
                        new ReplyFuture(operations),
                        reply -> client.sendSet(key, signalKey(key), SIGNAL_SECONDS, "", reply))
                .thenAccept(code -> {});
    }

    @Override
    public CompletionStage<Boolean> hasWaiters(String key) {
        if (!isUp(key)) {
            return down(key);
        }
        return operations
                .send(new ReplyFuture(operations), reply -> client.sendGets(key, List.of(signalKey(key)), reply))
                .thenApply(code -> code == StatusCode.SUCCESS);
    }

    @Override
    public CompletionStage<Void> mark(String key, String mark, Duration duration) {
        return isUp(key) ? saleMarks.set(key, mark, duration) : down(key);
    }

    @Override
    public CompletionStage<Map<String, String>> marks(Collection<String> keys) {
        return saleMarks.get(keys.stream().filter(this::isUp).toList());
    }

    @Override
    public long markGeneration() {
        return saleMarks.generation();
    }

    @Override
    public StoreStatus status() {
        Map<String, State> servers = health.states();
        boolean anyUp = servers.containsValue(State.UP);
        State state = !anyUp ? State.DOWN : servers.containsValue(State.DOWN) ? State.PARTIAL : State.UP;
        return new StoreStatus(
                state, servers, operations.sent(), operations.failed(), orphans.released(), orphans.dropped());
    }

    @Override
    public void close() {
        maintenance.shutdownNow();
        client.shutdown(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        operations.close();
        try {
            // Tomcat warns of threads that still end when the application has been destroyed.
            maintenance.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** For tests. */
    void addObserver(ConnectionObserver observer) {
        client.addObserver(observer);
    }

    private boolean isUp(String key) {
        return health.isUp(locator.getPrimary(key).getSocketAddress());
    }

    /** The signal is on the server of its key, wherever its own name hashes to, so both are available or neither. */
    private static String signalKey(String key) {
        return key + '|';
    }

    private static int seconds(Lease lease) {
        return Math.toIntExact(lease.duration().toSeconds());
    }

    private static <T> CompletionStage<T> down(String key) {
        return CompletableFuture.failedStage(new NoReplyException("memcached is down for " + key));
    }

    private void repeat(Runnable task, long millis) {
        maintenance.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The reply to an {@code add}. If the add has succeeded late, or may have, its lease is orphaned. */
    private final class AddReply extends ReplyFuture {

        private final Lease lease;

        AddReply(Lease lease) {
            super(operations);
            this.lease = lease;
        }

        @Override
        void onLateReply(StatusCode code) {
            if (code == StatusCode.SUCCESS) {
                orphans.add(lease);
            }
        }

        @Override
        void onUnclearReply() {
            orphans.add(lease);
        }
    }
}
