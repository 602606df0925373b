package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import net.spy.memcached.MemcachedNode;
import net.spy.memcached.NodeLocator;
import net.spy.memcached.ops.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Renews and frees leases that are still their owner's: {@code gets}, a look at the token, {@code cas}.
 *
 * <p>The cas id is fetched anew every time: ids start over with the server, so an old one may fit another's lease. One
 * {@code gets} at a time is under way per server; whatever comes meanwhile shares the next one, so that a busy node
 * asks for many leases at once and an idle one does not wait.
 */
final class OwnerChanges {

    private static final int DELETE_NOW = -1;
    private static final int CAS_ATTEMPTS = 3;
    /** memcached expects a line to end within 2,048 bytes. */
    private static final int MOST_KEY_BYTES = 1_800;

    private final CallbackClient client;
    private final Operations operations;
    private final NodeLocator locator;
    private final Map<MemcachedNode, Server> servers = new HashMap<>();

    OwnerChanges(CallbackClient client, Operations operations) {
        this.client = client;
        this.operations = operations;
        this.locator = client.getNodeLocator();
        locator.getAll().forEach(node -> servers.put(node, new Server()));
    }

    CompletableFuture<Boolean> renew(Lease lease) {
        return submit(new Change(lease, Math.toIntExact(lease.time().toSeconds()), lease.token(), CAS_ATTEMPTS));
    }

    CompletableFuture<Boolean> free(Lease lease) {
        return submit(new Change(lease, DELETE_NOW, "", CAS_ATTEMPTS));
    }

    private Change submit(Change change) {
        servers.get(locator.getPrimary(change.key())).add(change);
        return change;
    }

    /** What is to become of one key; completed with false if it is not its owner's. */
    private final class Change extends CompletableFuture<Boolean> {

        private final Lease lease;
        private final int seconds;
        private final String value;
        private int attempts;
        private boolean own;
        private long cas;

        Change(Lease lease, int seconds, String value, int attempts) {
            this.lease = lease;
            this.seconds = seconds;
            this.value = value;
            this.attempts = attempts;
        }

        String key() {
            return lease.key();
        }

        void sees(long casNow, byte[] token) {
            own = lease.token().equals(new String(token, StandardCharsets.ISO_8859_1));
            cas = casNow;
        }

        void carryOut() {
            if (!own) {
                complete(false);
                return;
            }
            operations
                    .send(new Reply(operations), reply -> client.sendCas(key(), cas, seconds, value, reply))
                    .whenComplete(this::answered);
        }

        /**
         * EXISTS after our own token was seen is a renewal of ours that came between, or another's lease: look again.
         */
        private void answered(@Nullable StatusCode code, @Nullable Throwable failure) {
            if (failure != null) {
                completeExceptionally(failure);
            } else if (code == StatusCode.ERR_EXISTS && --attempts > 0) {
                own = false;
                submit(this);
            } else {
                complete(code == StatusCode.SUCCESS);
            }
        }
    }

    /** The changes on one server. */
    private final class Server {

        private final Queue<Change> coming = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean asking = new AtomicBoolean();

        void add(Change change) {
            coming.add(change);
            askNext();
        }

        private void askNext() {
            while (!coming.isEmpty() && asking.compareAndSet(false, true)) {
                List<Change> batch = nextBatch();
                if (!batch.isEmpty()) {
                    ask(batch);
                    return;
                }
                asking.set(false);
            }
        }

        private List<Change> nextBatch() {
            List<Change> batch = new ArrayList<>();
            int bytes = 0;
            for (Change next = coming.peek(); next != null; next = coming.peek()) {
                bytes += next.key().length() + 1;
                if (bytes > MOST_KEY_BYTES && !batch.isEmpty()) {
                    break;
                }
                batch.add(coming.remove());
            }
            return batch;
        }

        /** Those who wait behind need not wait as long again for a server that does not answer. */
        private void failComing(Throwable failure) {
            for (Change next = coming.poll(); next != null; next = coming.poll()) {
                next.completeExceptionally(failure);
            }
        }

        private void ask(List<Change> batch) {
            List<String> keys = new ArrayList<>(batch.size());
            batch.forEach(change -> keys.add(change.key()));
            operations
                    .send(new Look(batch), look -> client.sendGets(keys.get(0), keys, look))
                    .whenComplete((code, failure) -> {
                        if (failure == null) {
                            batch.forEach(Change::carryOut);
                        } else {
                            batch.forEach(change -> change.completeExceptionally(failure));
                            failComing(failure);
                        }
                        asking.set(false);
                        askNext();
                    });
        }
    }

    /** Matches values with changes: the server gives them in the order of the keys, and leaves out what it has not. */
    private final class Look extends Reply {

        private final List<Change> batch;
        private int next;

        Look(List<Change> batch) {
            super(operations, batch.size());
            this.batch = batch;
        }

        @Override
        void found(String key, long cas, byte[] value) {
            while (next < batch.size()) {
                Change change = batch.get(next++);
                if (change.key().equals(key)) {
                    change.sees(cas, value);
                    return;
                }
            }
        }
    }
}
