package io.github.doorbuster.buylock.memcached;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.ops.StatusCode;

/**
 * The marks of items. A mark is a key of its own, on the server of its item's key.
 *
 * <p>Each server also has a change key, which gets a new value with each mark. The heartbeats read it, so a node
 * notices new marks without further operations, and reads no marks while there are none.
 */
final class SaleMarks {

    /** The change key lasts for as long as the longest mark, and at least this long. */
    private static final int MIN_CHANGE_SECONDS = 60;
    /** memcached limits a command line to 2,048 bytes. */
    private static final int MAX_KEY_BYTES = 1_800;

    private final MemcachedServers servers;
    private final InFlightOperations operations;
    /** When the last mark of this node ends, by server. */
    private final Map<ServerConnection, Long> lastMarkEnds = new ConcurrentHashMap<>();

    SaleMarks(MemcachedServers servers, InFlightOperations operations) {
        this.servers = servers;
        this.operations = operations;
    }

    CompletionStage<Void> set(String key, String mark, Duration duration) {
        ServerConnection server = servers.serverOf(key);
        int seconds = Math.toIntExact(duration.toSeconds());
        lastMarkEnds.merge(server, System.nanoTime() + duration.toNanos(), (a, b) -> a - b > 0 ? a : b);
        CompletableFuture<StatusCode> set = operations.send(
                new ReplyFuture(operations), reply -> servers.sendSet(server, markKey(key), seconds, mark, reply));
        return set.thenCompose(code -> announce(server)).thenAccept(code -> {});
    }

    /** Reads marks, with one command per server and up to 1,800 bytes of keys. */
    CompletionStage<Map<String, String>> get(Collection<String> keys) {
        Map<String, String> marks = new ConcurrentHashMap<>();
        List<CompletableFuture<StatusCode>> replies = new ArrayList<>();
        Map<ServerConnection, List<String>> byServer = new HashMap<>();
        keys.forEach(key -> byServer.computeIfAbsent(servers.serverOf(key), server -> new ArrayList<>())
                .add(key));
        byServer.values().forEach(onServer -> {
            List<String> batch = new ArrayList<>();
            int bytes = 0;
            for (String key : onServer) {
                String markKey = markKey(key);
                bytes += markKey.length() + 1;
                if (bytes > MAX_KEY_BYTES && !batch.isEmpty()) {
                    replies.add(send(batch, marks));
                    batch = new ArrayList<>();
                    bytes = markKey.length() + 1;
                }
                batch.add(key);
            }
            replies.add(send(batch, marks));
        });
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .thenApply(done -> marks);
    }

    private CompletableFuture<StatusCode> send(List<String> keys, Map<String, String> marks) {
        List<String> markKeys = keys.stream().map(SaleMarks::markKey).toList();
        return operations.send(
                new MarksReply(keys.size(), marks), reply -> servers.sendGets(keys.get(0), markKeys, reply));
    }

    /** Changes a server's change key again if another node has set it for less time than this node's marks last. */
    void keepChangeKeys() {
        lastMarkEnds.forEach((server, end) -> {
            long left = TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime());
            if (left <= 0) {
                lastMarkEnds.remove(server, end);
            } else if (left > MIN_CHANGE_SECONDS && server.health().isUp()) {
                String value = server.heartbeatValue();
                if (seconds(value) < left - MIN_CHANGE_SECONDS) {
                    announce(server);
                }
            }
        });
    }

    /** {@return a number that changes with the change keys; 0 if there is none} */
    long generation() {
        return servers.stream()
                .map(ServerConnection::heartbeatValue)
                .mapToLong(value -> value.isEmpty() ? 0 : value.hashCode() | 1L << 32)
                .reduce(0, (sum, value) -> 31 * sum + value);
    }

    private CompletionStage<StatusCode> announce(ServerConnection server) {
        long end = lastMarkEnds.getOrDefault(server, System.nanoTime());
        int seconds = (int) Math.max(MIN_CHANGE_SECONDS, TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime()) + 1);
        String value = Long.toHexString(ThreadLocalRandom.current().nextLong()) + ':' + seconds;
        return operations.send(
                new ReplyFuture(operations),
                reply -> servers.sendSet(server, ServerConnection.HEARTBEAT_KEY, seconds, value, reply));
    }

    private static long seconds(String changeValue) {
        String seconds = changeValue.substring(changeValue.indexOf(':') + 1);
        return seconds.matches("[0-9]{1,9}") ? Long.parseLong(seconds) : 0;
    }

    static String markKey(String key) {
        return key + "|sale";
    }

    private static String keyOf(String markKey) {
        return markKey.substring(0, markKey.lastIndexOf('|'));
    }

    /** Collects marks by key. */
    private final class MarksReply extends ReplyFuture {

        private final Map<String, String> marks;

        MarksReply(int keys, Map<String, String> marks) {
            super(operations, keys);
            this.marks = marks;
        }

        @Override
        void onValue(String key, long cas, byte[] value) {
            marks.put(keyOf(key), new String(value, StandardCharsets.ISO_8859_1));
        }
    }
}
