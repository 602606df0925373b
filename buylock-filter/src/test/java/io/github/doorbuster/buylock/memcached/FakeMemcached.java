package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.NodeTimers;
import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.buylock.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import net.spy.memcached.ops.StoreOperation;
import org.jspecify.annotations.Nullable;

/**
 * A memcached under virtual time, behind the commands of the client: it is slow, hangs, restarts and forgets when it is
 * told to. Everything above the commands is real.
 */
public final class FakeMemcached {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TIMEOUT_MILLIS = 250;

    private final VirtualTime time;
    private final Random random;
    private final long latencyNanos;
    private final boolean jitter;
    private final Map<String, Entry> entries = new HashMap<>();
    private final List<Client> clients = new ArrayList<>();
    private CommandSet commands = CommandSet.META;
    private long lastCas;
    private long slowUntil;
    private long hungFrom;
    private long hungUntil;
    private long downUntil;
    private long lossUntil;
    /** When a key was last destroyed by a fault. */
    private long destroyedAt = Long.MIN_VALUE;

    private record Entry(String value, long cas, long expiresAt) {}

    public FakeMemcached(VirtualTime time, Random random, long latencyNanos, boolean jitter) {
        this.time = time;
        this.random = random;
        this.latencyNanos = latencyNanos;
        this.jitter = jitter;
    }

    /** Chooses one of the three sets of commands that a server may know. */
    public void chooseCommands(long number) {
        commands = Math.floorMod(number, 3) == 0
                ? CommandSet.CLASSIC
                : Math.floorMod(number, 3) == 1 ? CommandSet.META : CommandSet.META_WITH_EXPLICIT_CAS;
    }

    /** Connects a node. */
    public LockStore connect(NodeTimers node) {
        Client client = new Client(node);
        clients.add(client);
        BiConsumer<Runnable, Long> repeat =
                (task, millis) -> node.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
        InFlightOperations operations =
                new InFlightOperations(TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS), time::now);
        return new MemcachedLockStore(client, client, operations, null, time::now, repeat);
    }

    // Faults.

    public void slow(long nanos) {
        slowUntil = time.now() + nanos;
    }

    /** Does not reply for a while, and then carries out what has arrived. */
    public void hang(long nanos) {
        hungFrom = time.now();
        hungUntil = time.now() + nanos;
    }

    /** Loses every other reply for a while. */
    public void loseReplies(long nanos) {
        lossUntil = time.now() + nanos;
    }

    public void flush() {
        entries.clear();
        destroyedAt = time.now();
    }

    /** Dies, and comes back empty after a while. */
    public void restart(long nanos) {
        flush();
        lastCas = 0;
        downUntil = time.now() + nanos;
        clients.forEach(Client::cut);
    }

    /** Evicts about one in three keys. */
    public void evict() {
        entries.keySet().removeIf(key -> random.nextInt(3) == 0);
        destroyedAt = time.now();
    }

    /** Evicts the counters of all lines. No lease is lost. */
    public void evictCounters() {
        entries.keySet().removeIf(FakeMemcached::isCounter);
    }

    private static boolean isCounter(String key) {
        return key.contains("|");
    }

    /** Cuts the connection of one node. */
    public void cut(int node) {
        clients.get(node % clients.size()).cut();
    }

    public long destroyedAt() {
        return destroyedAt;
    }

    /** {@return the keys that are locked, without the counters of lines} */
    public List<String> lockedKeys() {
        return entries.entrySet().stream()
                .filter(entry -> !isCounter(entry.getKey()) && entry.getValue().expiresAt > time.now())
                .map(entry -> entry.getKey() + "=" + entry.getValue().value)
                .toList();
    }

    private @Nullable Entry find(String key) {
        Entry entry = entries.get(key);
        if (entry != null && entry.expiresAt <= time.now()) {
            entries.remove(key);
            return null;
        }
        return entry;
    }

    /** memcached's clock advances in whole seconds. */
    private long put(String key, String value, int seconds) {
        long cas = commands == CommandSet.META_WITH_EXPLICIT_CAS ? 1L << 62 | random.nextLong() >>> 2 : ++lastCas;
        entries.put(key, new Entry(value, cas, (time.now() / SECOND + seconds) * SECOND));
        return cas;
    }

    private static OperationStatus status(StatusCode code, String message) {
        return new OperationStatus(code == StatusCode.SUCCESS, message, code);
    }

    /** The connection of one node: in order, both ways. */
    private final class Client implements MemcachedCommands, MemcachedLockStore.Servers {

        private final NodeTimers node;
        private long lastArrival;
        private long lastReply;
        private int connection;

        Client(NodeTimers node) {
            this.node = node;
        }

        void cut() {
            connection++;
        }

        private long latency() {
            long one = jitter ? latencyNanos / 2 + (long) (latencyNanos * random.nextDouble()) : latencyNanos;
            return time.now() < slowUntil ? one * 300 : one;
        }

        private void send(Runnable execute, OperationCallback callback) {
            int sentOn = connection;
            long arrival = Math.max(lastArrival, time.now() + latency());
            lastArrival = arrival;
            time.after(arrival - time.now(), () -> arrive(sentOn, execute, callback));
        }

        private void arrive(int sentOn, Runnable execute, OperationCallback callback) {
            if (time.now() < hungUntil) {
                // Also after the connection was cut: what has arrived is carried out.
                time.after(hungUntil - time.now(), () -> arrive(sentOn, execute, callback));
                return;
            }
            if (time.now() < downUntil) {
                reply(sentOn, callback, () -> callback.receivedStatus(status(StatusCode.CANCELLED, "cancelled")));
                return;
            }
            List<Runnable> replies = new ArrayList<>(2);
            collected = replies;
            execute.run();
            if (time.now() < lossUntil && random.nextBoolean()) {
                connection++;
            }
            reply(sentOn, callback, () -> replies.forEach(Runnable::run));
        }

        private List<Runnable> collected = new ArrayList<>();

        private void reply(int sentOn, OperationCallback callback, Runnable content) {
            long at = Math.max(lastReply, time.now() + latency());
            lastReply = at;
            time.after(
                    at - time.now(),
                    () -> node.onNode(() -> {
                        if (sentOn == connection) {
                            content.run();
                        } else {
                            callback.receivedStatus(status(StatusCode.CANCELLED, "the connection was cut"));
                        }
                        callback.complete();
                    }));
        }

        @Override
        public void sendAdd(String serverOf, String key, int seconds, String value, StoreOperation.Callback callback) {
            send(
                    () -> {
                        boolean free = find(key) == null;
                        if (free) {
                            tellCas(callback, key, put(key, value, seconds));
                        }
                        answer(callback, free ? StatusCode.SUCCESS : StatusCode.ERR_NOT_STORED, "");
                    },
                    callback);
        }

        private void tellCas(StoreOperation.Callback callback, String key, long cas) {
            if (commands != CommandSet.CLASSIC) {
                collected.add(() -> callback.gotData(key, cas));
            }
        }

        @Override
        public void sendCas(
                String key, CasVersion version, int seconds, String value, StoreOperation.Callback callback) {
            sendIf(version, key, () -> tellCas(callback, key, put(key, value, seconds)), callback);
        }

        @Override
        public void sendDelete(String key, CasVersion version, StoreOperation.Callback callback) {
            sendIf(version, key, () -> entries.remove(key), callback);
        }

        private void sendIf(CasVersion version, String key, Runnable update, OperationCallback callback) {
            send(
                    () -> {
                        Entry entry = find(key);
                        if (entry == null) {
                            answer(callback, StatusCode.ERR_NOT_FOUND, "");
                        } else if (entry.cas != version.cas()) {
                            answer(callback, StatusCode.ERR_EXISTS, "");
                        } else {
                            update.run();
                            answer(callback, StatusCode.SUCCESS, "");
                        }
                    },
                    callback);
        }

        @Override
        public void sendGets(String serverOf, List<String> keys, GetsOperation.Callback callback) {
            send(
                    () -> {
                        boolean any = false;
                        for (String key : keys) {
                            Entry entry = find(key);
                            if (entry != null) {
                                any = true;
                                byte[] value = entry.value.getBytes(StandardCharsets.ISO_8859_1);
                                collected.add(() -> callback.gotData(key, 0, entry.cas, value));
                            }
                        }
                        answer(callback, any ? StatusCode.SUCCESS : StatusCode.ERR_NOT_FOUND, "END");
                    },
                    callback);
        }

        @Override
        public void sendIncr(String serverOf, String key, OperationCallback callback) {
            send(
                    () -> {
                        Entry entry = find(key);
                        if (entry == null) {
                            answer(callback, StatusCode.ERR_NOT_FOUND, "");
                        } else {
                            String next = Long.toString(Long.parseLong(entry.value) + 1);
                            entries.put(key, new Entry(next, ++lastCas, entry.expiresAt));
                            answer(callback, StatusCode.SUCCESS, next);
                        }
                    },
                    callback);
        }

        private void answer(OperationCallback callback, StatusCode code, String message) {
            collected.add(() -> callback.receivedStatus(status(code, message)));
        }

        @Override
        public Object connectionOf(String key) {
            return connection;
        }

        @Override
        public Object serverOf(String key) {
            return "only";
        }

        /** Heartbeats are not simulated: a server counts as down a while after it has stopped to reply. */
        @Override
        public boolean isUp(String key) {
            boolean hung = time.now() < hungUntil && time.now() >= hungFrom + HUNG_UNNOTICED;
            return time.now() >= downUntil && !hung;
        }

        @Override
        public Map<String, State> states() {
            return Map.of("fake", isUp("") ? State.UP : State.DOWN);
        }

        @Override
        public void close() {}
    }

    /** Shorter hangs than this are not noticed by heartbeats. */
    private static final long HUNG_UNNOTICED = TimeUnit.MILLISECONDS.toNanos(500);
}
