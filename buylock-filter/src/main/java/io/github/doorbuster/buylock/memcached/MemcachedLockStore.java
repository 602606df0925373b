package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus;
import io.github.doorbuster.buylock.StoreStatus.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
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
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.FailureMode;
import net.spy.memcached.NodeLocator;
import net.spy.memcached.ops.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Keeps leases in memcached, by its ASCII protocol: {@code add} takes a key, and {@code gets}, a look at the token and
 * {@code cas} renew and free it, so that nobody touches another's lease. Several servers share the keys by ketama; one
 * that is down harms its share of the items alone.
 */
public final class MemcachedLockStore implements LockStore {

    /** Default of {@code storeTimeoutMillis}. */
    public static final int DEFAULT_STORE_TIMEOUT_MILLIS = 250;

    private static final long CONNECT_MILLIS = 1_000;
    private static final long SWEEP_MILLIS = 25;
    private static final long CLOSE_MILLIS = 1_000;
    private static final int QUEUE_MILLIS = 2;
    private static final int WATCH_THREADS = 2;
    private static final int NOTE_SECONDS = 3;

    private final CallbackClient client;
    private final NodeLocator locator;
    private final MemcachedHealth health;
    private final Operations operations;
    private final OwnerChanges ownerChanges;
    private final LateReleases lateReleases;
    private final ScheduledExecutorService watch;

    private MemcachedLockStore(List<InetSocketAddress> servers, Duration timeout) throws IOException {
        watch = Executors.newScheduledThreadPool(WATCH_THREADS, threads("doorbuster-buylock-watch-"));
        health = new MemcachedHealth(servers);
        operations = new Operations(timeout.toNanos(), System::nanoTime);
        SpyLog.install();
        client = new CallbackClient(
                new ConnectionFactoryBuilder()
                        .setProtocol(Protocol.TEXT)
                        // Ketama spreads over several servers; for one its MD5 would be computed in vain.
                        .setLocatorType(servers.size() > 1 ? Locator.CONSISTENT : Locator.ARRAY_MOD)
                        .setHashAlg(
                                servers.size() > 1
                                        ? DefaultHashAlgorithm.KETAMA_HASH
                                        : DefaultHashAlgorithm.NATIVE_HASH)
                        // Redistribute would give a key to two holders, Retry would send it late.
                        .setFailureMode(FailureMode.Cancel)
                        .setInitialObservers(List.of(health))
                        // What has been given up is not written any more.
                        .setOpTimeout(Math.max(1, timeout.toMillis()))
                        .setOpQueueMaxBlockTime(QUEUE_MILLIS)
                        .setTimeoutExceptionThreshold(3)
                        .setMaxReconnectDelay(1)
                        .setUseNagleAlgorithm(false)
                        .setShouldOptimize(false)
                        .setDaemon(true)
                        .build(),
                servers);
        locator = client.getNodeLocator();
        ownerChanges = new OwnerChanges(client, operations);
        lateReleases = new LateReleases(this::isUp, ownerChanges::free, System::nanoTime);
        health.start(client, locator, CONNECT_MILLIS);
        repeat(() -> health.beat(client), MemcachedHealth.BEAT_MILLIS);
        repeat(lateReleases::look, MemcachedHealth.BEAT_MILLIS);
        repeat(operations::giveUpOverdue, SWEEP_MILLIS);
    }

    /**
     * Connects to memcached. Waits up to a second for the servers; those that are not there are taken in when they are.
     *
     * @param memcached {@code host:port}, or several separated by commas
     * @return a store to be closed by the caller
     * @throws IllegalArgumentException if the addresses are not of that form or do not resolve
     * @throws UncheckedIOException if no socket can be opened at all
     */
    public static MemcachedLockStore connect(String memcached) {
        return connect(memcached, Duration.ofMillis(DEFAULT_STORE_TIMEOUT_MILLIS));
    }

    /**
     * Connects to memcached, as {@link #connect(String)}.
     *
     * @param memcached {@code host:port}, or several separated by commas
     * @param timeout after which an operation without an answer is given up
     * @return a store to be closed by the caller
     * @throws IllegalArgumentException if the addresses are not of that form or do not resolve
     * @throws UncheckedIOException if no socket can be opened at all
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
                .send(new Add(lease), add -> client.sendAdd(lease.key(), seconds(lease), lease.token(), add))
                .thenApply(code -> code == StatusCode.SUCCESS);
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease) {
        return isUp(lease.key()) ? ownerChanges.renew(lease) : down(lease.key());
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        CompletionStage<Boolean> released = isUp(lease.key()) ? ownerChanges.free(lease) : down(lease.key());
        released.whenComplete((own, failure) -> {
            if (failure != null) {
                lateReleases.add(lease);
            }
        });
        return released;
    }

    @Override
    public CompletionStage<Void> announce(String key) {
        if (!isUp(key)) {
            return down(key);
        }
        return operations
                .send(new Reply(operations), reply -> client.sendSet(key, noteOf(key), NOTE_SECONDS, "", reply))
                .thenAccept(code -> {});
    }

    @Override
    public CompletionStage<Boolean> announced(String key) {
        if (!isUp(key)) {
            return down(key);
        }
        return operations
                .send(new Reply(operations), reply -> client.sendGets(key, List.of(noteOf(key)), reply))
                .thenApply(code -> code == StatusCode.SUCCESS);
    }

    @Override
    public StoreStatus status() {
        Map<String, State> servers = health.states();
        boolean anyUp = servers.containsValue(State.UP);
        State state = !anyUp ? State.DOWN : servers.containsValue(State.DOWN) ? State.PARTIAL : State.UP;
        return new StoreStatus(
                state,
                servers,
                operations.sent(),
                operations.failed(),
                lateReleases.released(),
                lateReleases.leftToRunOut());
    }

    @Override
    public void close() {
        watch.shutdownNow();
        client.shutdown(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        operations.close();
    }

    private boolean isUp(String key) {
        return health.isUp(locator.getPrimary(key).getSocketAddress());
    }

    /** The note lies on the key's server, wherever its own name hashes to: it is there or not there with the key. */
    private static String noteOf(String key) {
        return key + '|';
    }

    private static int seconds(Lease lease) {
        return Math.toIntExact(lease.time().toSeconds());
    }

    private static <T> CompletionStage<T> down(String key) {
        return CompletableFuture.failedStage(new NoAnswerException("memcached is down for " + key));
    }

    private void repeat(Runnable task, long millis) {
        watch.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** An add that succeeds when nobody waits for it any longer, or may have, is looked after. */
    private final class Add extends Reply {

        private final Lease lease;

        Add(Lease lease) {
            super(operations);
            this.lease = lease;
        }

        @Override
        void aftermath(@Nullable StatusCode late) {
            if (late == null || late == StatusCode.SUCCESS) {
                lateReleases.add(lease);
            }
        }
    }
}
