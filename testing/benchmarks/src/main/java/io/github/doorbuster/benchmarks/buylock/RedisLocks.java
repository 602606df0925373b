package io.github.doorbuster.benchmarks.buylock;

import io.github.doorbuster.testing.RedisServer;
import java.util.List;
import java.util.Map;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode.InfoSection;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.config.Config;

/** Redisson's locks on a Redis of their own. */
final class RedisLocks implements AutoCloseable {

    /** The commands that the client sends; the others in the statistics run within its scripts. */
    private static final List<String> SENT = List.of("eval", "evalsha", "subscribe", "unsubscribe", "script|load");

    private final RedisServer server = RedisServer.start();
    private final RedissonClient client;

    RedisLocks() {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://" + server.address());
        client = Redisson.create(config);
    }

    RLock lock(String item, boolean fair) {
        return fair ? client.getFairLock("buy/" + item) : client.getLock("buy/" + item);
    }

    /** {@return how many commands the server has received for the locks} */
    long operations() {
        Map<String, String> statistics =
                client.getRedisNodes(RedisNodes.SINGLE).getInstance().info(InfoSection.COMMANDSTATS);
        return SENT.stream()
                .map(command -> statistics.get("cmdstat_" + command))
                .filter(calls -> calls != null)
                .mapToLong(calls -> Long.parseLong(calls.replaceFirst("calls=([0-9]+).*", "$1")))
                .sum();
    }

    @Override
    public void close() {
        client.shutdown();
        server.close();
    }
}
