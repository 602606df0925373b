package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore.KeyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import net.spy.memcached.ops.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Replaces and releases leases that still hold their key, by a CAS id.
 *
 * <p>An update whose lease was stored or read on the same connection sends the CAS id that it knows. Others fetch it
 * anew, with {@code gets}, and compare the token: ids restart with the server, so an old id may match the lease of
 * another owner. Each server has at most one {@code gets} in flight; updates that arrive meanwhile share the next one.
 * So a busy node fetches many leases at once, and an idle node does not wait.
 */
final class CasBatcher {

    private static final int MAX_ATTEMPTS = 3;
    /** memcached limits a command line to 2,048 bytes. */
    private static final int MAX_KEY_BYTES = 1_800;

    private final MemcachedCommands client;
    private final InFlightOperations operations;
    private final HeldVersions heldVersions;
    private final ConcurrentMap<Object, Server> servers = new ConcurrentHashMap<>();

    CasBatcher(MemcachedCommands client, InFlightOperations operations, HeldVersions heldVersions) {
        this.client = client;
        this.operations = operations;
        this.heldVersions = heldVersions;
    }

    CompletableFuture<Boolean> replace(Lease held, Lease next) {
        Predicate<LeaseValue> isHeld = value -> value.isHeldBy(held.token());
        return submit(new Update(held.key(), isHeld, held, next), version(held));
    }

    CompletableFuture<Boolean> takeOver(KeyState seen, Lease next) {
        return submit(new Update(next.key(), value -> value.isSameAs(seen), null, next), seen.version());
    }

    CompletableFuture<Boolean> release(Lease lease) {
        Predicate<LeaseValue> isHeld = value -> value.isHeldBy(lease.token());
        return submit(new Update(lease.key(), isHeld, lease, null), version(lease));
    }

    private static int seconds(Lease lease) {
        return Math.toIntExact(lease.duration().toSeconds());
    }

    private @Nullable Object version(Lease lease) {
        return lease.version() != null ? lease.version() : heldVersions.find(lease);
    }

    /** Sends the update with the version that is already known, if it is valid on this connection. */
    private Update submit(Update update, @Nullable Object version) {
        if (version instanceof CasVersion known && known.countsOn(client.connectionOf(update.key()))) {
            update.send(known);
            return update;
        }
        return submit(update);
    }

    private Update submit(Update update) {
        servers.computeIfAbsent(client.serverOf(update.key()), server -> new Server())
                .add(update);
        return update;
    }

    /** An update of one key; completes with false if another lease holds the key, or none. */
    private final class Update extends CompletableFuture<Boolean> {

        private final String key;
        private final Predicate<LeaseValue> expected;
        /** The lease that ends, or null if it is not this node's. */
        private final @Nullable Lease held;
        /** The lease that begins, or null to free the key. */
        private final @Nullable Lease next;

        private int attemptsLeft = MAX_ATTEMPTS;
        private @Nullable CasVersion fetched;

        Update(String key, Predicate<LeaseValue> expected, @Nullable Lease held, @Nullable Lease next) {
            this.key = key;
            this.expected = expected;
            this.held = held;
            this.next = next;
        }

        String key() {
            return key;
        }

        void onValue(CasVersion version, byte[] current) {
            fetched = expected.test(LeaseValue.parse(current)) ? version : null;
        }

        void sendFetched() {
            if (fetched == null) {
                end(false);
            } else {
                send(fetched);
            }
        }

        void send(CasVersion version) {
            Object connection = client.connectionOf(key);
            ReplyFuture update = new ReplyFuture(operations);
            operations
                    .send(update, reply -> {
                        if (next == null) {
                            client.sendDelete(key, version, reply);
                        } else {
                            client.sendCas(key, version, seconds(next), LeaseValue.of(next), reply);
                        }
                    })
                    .whenComplete((code, failure) -> onReply(update, connection, code, failure));
        }

        /**
         * {@code EXISTS} means that the value has changed since its version was known, by a renewal of this lease or by
         * another owner: fetch it again.
         */
        private void onReply(
                ReplyFuture update, Object connection, @Nullable StatusCode code, @Nullable Throwable failure) {
            if (failure != null) {
                completeExceptionally(failure);
            } else if (code == StatusCode.ERR_EXISTS && --attemptsLeft > 0) {
                fetched = null;
                submit(this);
            } else {
                if (code == StatusCode.SUCCESS && next != null && isOwn(next) && update.cas() != 0) {
                    heldVersions.remember(next, new CasVersion(update.cas(), connection));
                }
                end(code == StatusCode.SUCCESS);
            }
        }

        private void end(boolean updated) {
            if (held != null && !(updated && next != null && isOwn(next))) {
                heldVersions.forget(held);
            }
            complete(updated);
        }

        /** A lease with another token is an offer to another node, unless this node takes the key over. */
        private boolean isOwn(Lease begins) {
            return held == null || held.token().equals(begins.token());
        }
    }

    /** The updates of one server. */
    private final class Server {

        private final Queue<Update> queued = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean getsInFlight = new AtomicBoolean();

        void add(Update update) {
            queued.add(update);
            sendNext();
        }

        private void sendNext() {
            while (!queued.isEmpty() && getsInFlight.compareAndSet(false, true)) {
                List<Update> batch = nextBatch();
                if (!batch.isEmpty()) {
                    send(batch);
                    return;
                }
                getsInFlight.set(false);
            }
        }

        private List<Update> nextBatch() {
            List<Update> batch = new ArrayList<>();
            int bytes = 0;
            for (Update next = queued.peek(); next != null; next = queued.peek()) {
                bytes += next.key().length() + 1;
                if (bytes > MAX_KEY_BYTES && !batch.isEmpty()) {
                    break;
                }
                batch.add(queued.remove());
            }
            return batch;
        }

        /** The updates behind a failed batch fail with it, so that they do not wait for another timeout. */
        private void failQueued(Throwable failure) {
            for (Update next = queued.poll(); next != null; next = queued.poll()) {
                next.completeExceptionally(failure);
            }
        }

        private void send(List<Update> batch) {
            List<String> keys = new ArrayList<>(batch.size());
            batch.forEach(update -> keys.add(update.key()));
            Object connection = client.connectionOf(keys.get(0));
            operations
                    .send(new GetsReply(batch, connection), reply -> client.sendGets(keys.get(0), keys, reply))
                    .whenComplete((code, failure) -> {
                        if (failure == null) {
                            batch.forEach(Update::sendFetched);
                        } else {
                            batch.forEach(update -> update.completeExceptionally(failure));
                            failQueued(failure);
                        }
                        getsInFlight.set(false);
                        sendNext();
                    });
        }
    }

    /**
     * Matches values with updates: the server sends them in the order of the keys, and omits those it does not have.
     */
    private final class GetsReply extends ReplyFuture {

        private final List<Update> batch;
        private final Object connection;
        private int next;

        GetsReply(List<Update> batch, Object connection) {
            super(operations, batch.size());
            this.batch = batch;
            this.connection = connection;
        }

        @Override
        void onValue(String key, long cas, byte[] value) {
            while (next < batch.size()) {
                Update update = batch.get(next++);
                if (update.key().equals(key)) {
                    update.onValue(new CasVersion(cas, connection), value);
                    return;
                }
            }
        }
    }
}
