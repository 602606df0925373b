package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus;
import io.github.doorbuster.buylock.StoreStatus.State;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import net.spy.memcached.ops.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Keeps leases in memcached, by its <a href="https://github.com/memcached/memcached/blob/master/doc/protocol.txt">text
 * protocol</a>. If the server knows the meta commands, {@code ms} acquires a key and returns its CAS id, with which
 * {@code ms} renews it and {@code md} releases it. Otherwise, or if the connection was lost meanwhile, the store uses
 * {@code gets}, a comparison of the token, and {@code cas}. So no node changes the lease of another owner.
 *
 * <p>Several servers share the keys by consistent hashing (ketama). A server that is down affects only its share of the
 * items.
 */
public final class MemcachedLockStore implements LockStore {

    /** How long the store waits for a reply, unless {@link #connect(String, Duration)} sets it. */
    public static final int DEFAULT_STORE_TIMEOUT_MILLIS = 250;

    private static final long TIMEOUT_CHECK_MILLIS = 25;

    private final MemcachedCommands client;
    private final Servers servers;
    private final InFlightOperations operations;
    private final HeldVersions heldVersions;
    private final CasBatcher casBatcher;
    private final TicketCounters tickets;
    private final @Nullable SaleMarks saleMarks;
    private final OrphanedLeases orphans;

    /** The servers that the commands go to. */
    interface Servers {

        boolean isUp(String key);

        /** {@return the state of each server, by its name} */
        Map<String, State> states();

        void close();
    }

    /**
     * Creates a store.
     *
     * @param saleMarks the marks on the same servers, or null if there are none
     * @param repeat runs a task again and again, at an interval in milliseconds, until the servers are closed
     */
    MemcachedLockStore(
            MemcachedCommands client,
            Servers servers,
            InFlightOperations operations,
            @Nullable SaleMarks saleMarks,
            LongSupplier nanoClock,
            BiConsumer<Runnable, Long> repeat) {
        this.client = client;
        this.servers = servers;
        this.operations = operations;
        this.saleMarks = saleMarks;
        heldVersions = new HeldVersions(nanoClock);
        casBatcher = new CasBatcher(client, operations, heldVersions);
        tickets = new TicketCounters(client, operations);
        orphans = new OrphanedLeases(servers::isUp, casBatcher::release, nanoClock);
        repeat.accept(orphans::releaseDue, MemcachedServers.HEARTBEAT_MILLIS);
        repeat.accept(operations::failTimedOut, TIMEOUT_CHECK_MILLIS);
        repeat.accept(heldVersions::forgetEnded, HeldVersions.CLEAN_UP_MILLIS);
    }

    /**
     * Connects to memcached with the default timeout. Waits up to one second for the servers; connects to those that
     * are down, or whose names do not resolve, as soon as they are up.
     *
     * @param memcached {@code host:port}, or several separated by commas. Items are placed by these names, so all nodes
     *     must spell them alike
     * @return a store that the caller must close
     * @throws IllegalArgumentException if the names are malformed
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
     * @throws IllegalArgumentException if the names are malformed
     */
    public static MemcachedLockStore connect(String memcached, Duration timeout) {
        return connect(memcached, timeout, InetAddress::getAllByName, CommandSet.META_WITH_EXPLICIT_CAS, null);
    }

    /**
     * Connects by TLS. This needs AWS's fork of the client, {@code com.amazonaws:elasticache-java-cluster-client},
     * instead of {@code net.spy:spymemcached}.
     *
     * @param memcached {@code host:port}, or several separated by commas. Each server must have a certificate for its
     *     host
     * @param timeout how long to wait for the reply to an operation
     * @param tls which certificates to trust
     * @return a store that the caller must close
     * @throws IllegalArgumentException if the names are malformed, or if the client has no TLS
     */
    public static MemcachedLockStore connect(String memcached, Duration timeout, SSLContext tls) {
        Tls.requireClient();
        return connect(memcached, timeout, InetAddress::getAllByName, CommandSet.META_WITH_EXPLICIT_CAS, tls);
    }

    /** Connects for tests. No more commands than {@code most} are used. */
    static MemcachedLockStore connect(String memcached, Duration timeout, HostResolver resolver, CommandSet most) {
        return connect(memcached, timeout, resolver, most, null);
    }

    private static MemcachedLockStore connect(
            String memcached, Duration timeout, HostResolver resolver, CommandSet most, @Nullable SSLContext tls) {
        List<ServerName> names = ServerName.parse(memcached);
        MemcachedServers servers = MemcachedServers.connect(names, resolver, timeout.toMillis(), most, tls);
        InFlightOperations operations = new InFlightOperations(timeout.toNanos(), System::nanoTime);
        SaleMarks saleMarks = new SaleMarks(servers, operations);
        servers.repeat(saleMarks::keepChangeKeys, MemcachedServers.HEARTBEAT_MILLIS);
        return new MemcachedLockStore(servers, servers, operations, saleMarks, System::nanoTime, servers::repeat);
    }

    @Override
    public CompletionStage<Boolean> acquire(Lease lease) {
        if (!servers.isUp(lease.key())) {
            return down(lease.key());
        }
        Object connection = client.connectionOf(lease.key());
        AddReply added = new AddReply(lease);
        return operations
                .send(
                        added,
                        reply -> client.sendAdd(lease.key(), lease.key(), seconds(lease), LeaseValue.of(lease), reply))
                .thenApply(code -> {
                    if (code == StatusCode.SUCCESS) {
                        remember(lease, added.cas(), connection);
                    }
                    return code == StatusCode.SUCCESS;
                });
    }

    private void remember(Lease lease, long cas, Object connection) {
        if (cas != 0) {
            heldVersions.remember(lease, new CasVersion(cas, connection));
        }
    }

    @Override
    public CompletionStage<Boolean> replace(Lease held, Lease next) {
        CompletionStage<Boolean> replaced =
                servers.isUp(held.key()) ? casBatcher.replace(held, next) : down(held.key());
        if (!held.token().equals(next.token())) {
            orphanIfUnclear(replaced, held);
        }
        return replaced;
    }

    @Override
    public CompletionStage<Boolean> takeOver(KeyState seen, Lease next) {
        CompletionStage<Boolean> taken = servers.isUp(next.key()) ? casBatcher.takeOver(seen, next) : down(next.key());
        orphanIfUnclear(taken, next);
        return taken;
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        CompletionStage<Boolean> released = servers.isUp(lease.key()) ? casBatcher.release(lease) : down(lease.key());
        orphanIfUnclear(released, lease);
        return released;
    }

    private void orphanIfUnclear(CompletionStage<Boolean> update, Lease lease) {
        update.whenComplete((found, failure) -> {
            if (failure != null) {
                orphans.add(lease);
            }
        });
    }

    @Override
    public CompletionStage<KeyState> read(String key, @Nullable String line) {
        if (!servers.isUp(key)) {
            return down(key);
        }
        List<String> keys = new ArrayList<>(3);
        keys.add(key);
        if (line != null) {
            keys.add(TicketCounters.keyOf(key, line));
        }
        if (saleMarks != null) {
            keys.add(SaleMarks.markKey(key));
        }
        StateReply reply = new StateReply(keys);
        return operations
                .send(reply, callback -> client.sendGets(key, keys, callback))
                .thenApply(code -> reply.state());
    }

    @Override
    public CompletionStage<Long> takeTicket(String key, String line, long first) {
        return servers.isUp(key) ? tickets.take(key, line, first) : down(key);
    }

    @Override
    public CompletionStage<Void> mark(String key, String mark, Duration duration) {
        if (saleMarks == null) {
            return LockStore.super.mark(key, mark, duration);
        }
        return servers.isUp(key) ? saleMarks.set(key, mark, duration) : down(key);
    }

    @Override
    public CompletionStage<Map<String, String>> marks(Collection<String> keys) {
        return saleMarks == null
                ? LockStore.super.marks(keys)
                : saleMarks.get(keys.stream().filter(servers::isUp).toList());
    }

    @Override
    public long markGeneration() {
        return saleMarks == null ? 0 : saleMarks.generation();
    }

    @Override
    public StoreStatus status() {
        Map<String, State> states = servers.states();
        boolean anyUp = states.containsValue(State.UP);
        State state = !anyUp ? State.DOWN : states.containsValue(State.DOWN) ? State.PARTIAL : State.UP;
        return new StoreStatus(
                state, states, operations.sent(), operations.failed(), orphans.released(), orphans.dropped());
    }

    @Override
    public void close() {
        servers.close();
        operations.close();
    }

    /** For tests. */
    MemcachedCommands client() {
        return client;
    }

    private static int seconds(Lease lease) {
        return Math.toIntExact(lease.duration().toSeconds());
    }

    private static <T> CompletionStage<T> down(String key) {
        return CompletableFuture.failedStage(new NoReplyException("memcached is down for " + key));
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

    /** The reply to a read of a key, its mark, and the counter of a line. */
    private final class StateReply extends ReplyFuture {

        private final String key;
        private final Object connection;
        private volatile KeyState state = new KeyState(null, "", 0);

        StateReply(List<String> keys) {
            super(operations);
            key = keys.get(0);
            connection = client.connectionOf(key);
        }

        @Override
        void onValue(String of, long cas, byte[] value) {
            KeyState seen = state;
            String text = new String(value, StandardCharsets.ISO_8859_1);
            if (of.equals(key)) {
                LeaseValue lease = LeaseValue.parse(value);
                CasVersion version = new CasVersion(cas, connection);
                state = new KeyState(lease.token(), lease.note(), seen.lastTicket(), seen.mark(), version);
            } else if (of.equals(SaleMarks.markKey(key))) {
                state = new KeyState(seen.token(), seen.note(), seen.lastTicket(), text, seen.version());
            } else {
                String number = text.strip();
                long last = number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
                state = new KeyState(seen.token(), seen.note(), last, seen.mark(), seen.version());
            }
        }

        KeyState state() {
            return state;
        }
    }
}
