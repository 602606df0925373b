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
 * Replaces and releases leases that still hold their key: {@code gets}, a comparison of the token, and {@code cas}.
 *
 * <p>An update whose lease was read on the same connection skips the {@code gets}. Others fetch the CAS id anew: ids
 * restart with the server, so an old id may match the lease of another owner. Each server has at most one {@code gets}
 * in flight; updates that arrive meanwhile share the next one. So a busy node fetches many leases at once, and an idle
 * node does not wait.
 */
final class CasBatcher {

    private static final int EXPIRE_NOW = -1;
    private static final int MAX_ATTEMPTS = 3;
    /** memcached limits a command line to 2,048 bytes. */
    private static final int MAX_KEY_BYTES = 1_800;

    private final MemcachedCommands client;
    private final InFlightOperations operations;
    private final ConcurrentMap<Object, Server> servers = new ConcurrentHashMap<>();

    CasBatcher(MemcachedCommands client, InFlightOperations operations) {
        this.client = client;
        this.operations = operations;
    }

    CompletableFuture<Boolean> replace(Lease held, Lease next) {
        Update update =
                new Update(held.key(), value -> value.isHeldBy(held.token()), seconds(next), LeaseValue.of(next));
        return submit(update, held.version());
    }

    CompletableFuture<Boolean> takeOver(KeyState seen, Lease next) {
        Update update = new Update(next.key(), value -> value.isSameAs(seen), seconds(next), LeaseValue.of(next));
        return submit(update, seen.version());
    }

    CompletableFuture<Boolean> release(Lease lease) {
        return submit(new Update(lease.key(), value -> value.isHeldBy(lease.token()), EXPIRE_NOW, ""), lease.version());
    }

    private static int seconds(Lease lease) {
        return Math.toIntExact(lease.duration().toSeconds());
    }

    /** Sends the update with the CAS id that is known already, if it was read on this connection. */
    private Update submit(Update update, @Nullable Object version) {
        if (version instanceof CasVersion known && known.connection().equals(client.connectionOf(update.key()))) {
            update.sendCas(known.cas());
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
        private final int seconds;
        private final String value;
        private int attemptsLeft = MAX_ATTEMPTS;
        private boolean ownsKey;
        private long cas;

        Update(String key, Predicate<LeaseValue> expected, int seconds, String value) {
            this.key = key;
            this.expected = expected;
            this.seconds = seconds;
            this.value = value;
        }

        String key() {
            return key;
        }

        void onValue(long currentCas, byte[] current) {
            ownsKey = expected.test(LeaseValue.parse(current));
            cas = currentCas;
        }

        void sendCas() {
            if (ownsKey) {
                sendCas(cas);
            } else {
                complete(false);
            }
        }

        void sendCas(long cas) {
            operations
                    .send(new ReplyFuture(operations), reply -> client.sendCas(key(), cas, seconds, value, reply))
                    .whenComplete(this::onCasReply);
        }

        /**
         * {@code EXISTS} after the tokens matched means that the value changed in between, by a renewal of this lease
         * or by another owner: fetch it again.
         */
        private void onCasReply(@Nullable StatusCode code, @Nullable Throwable failure) {
            if (failure != null) {
                completeExceptionally(failure);
            } else if (code == StatusCode.ERR_EXISTS && --attemptsLeft > 0) {
                ownsKey = false;
                submit(this);
            } else {
                complete(code == StatusCode.SUCCESS);
            }
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
            operations
                    .send(new GetsReply(batch), reply -> client.sendGets(keys.get(0), keys, reply))
                    .whenComplete((code, failure) -> {
                        if (failure == null) {
                            batch.forEach(Update::sendCas);
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
        private int next;

        GetsReply(List<Update> batch) {
            super(operations, batch.size());
            this.batch = batch;
        }

        @Override
        void onValue(String key, long cas, byte[] value) {
            while (next < batch.size()) {
                Update update = batch.get(next++);
                if (update.key().equals(key)) {
                    update.onValue(cas, value);
                    return;
                }
            }
        }
    }
}
