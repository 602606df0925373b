package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.testing.MariaDbServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database hangs and dies under load; intake does not notice, and the sums are exact afterwards. */
@Timeout(300)
class DatabaseFailuresIT {

    private static final int ROUNDS = Integer.getInteger("doorbuster.rounds", 2);
    private static final int STORE_TIMEOUT_MILLIS = 1000;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final AtomicBoolean done = new AtomicBoolean();
    private MariaDbServer server;
    private MariaDbDatabase database;
    private PvPool pool;

    @BeforeEach
    void start() throws Exception {
        server = MariaDbServer.startOwn();
        database = new MariaDbDatabase(server);
        pool = PvPool.builder()
                .store(new JdbcPvStore(
                        database.direct(),
                        JdbcConfig.builder()
                                .storeTimeoutMillis(STORE_TIMEOUT_MILLIS)
                                .build()))
                .config(PvPoolConfig.builder()
                        .flushMillis(20)
                        .chunkRows(50)
                        .maxPendingItems(2000)
                        .retryMillis(10)
                        .maxRetryMillis(200)
                        .build())
                .build();
    }

    @AfterEach
    void stop() {
        done.set(true);
        executor.shutdownNow();
        pool.close();
        server.close();
    }

    private Map<String, Long> addUntilDone(String name) throws InterruptedException {
        Map<String, Long> accepted = new TreeMap<>();
        for (int i = 0; !done.get(); i++) {
            List<String> ids = List.of("all", name + i % 200, "hot" + i % 7);
            pool.add(new Views(ids)).toCompletableFuture().join();
            ids.forEach(id -> accepted.merge(id, 1L, Long::sum));
            TimeUnit.MICROSECONDS.sleep(500);
        }
        return accepted;
    }

    private Map<String, Long> acceptedBy(List<Future<Map<String, Long>>> writers) throws Exception {
        done.set(true);
        Map<String, Long> accepted = new TreeMap<>();
        for (Future<Map<String, Long>> writer : writers) {
            writer.get().forEach((id, views) -> accepted.merge(id, views, Long::sum));
        }
        return accepted;
    }

    private List<Future<Map<String, Long>>> startWriters() {
        return List.of(executor.submit(() -> addUntilDone("a")), executor.submit(() -> addUntilDone("b")));
    }

    private void awaitDrained() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> pool.snapshot().pendingViews() == 0);
    }

    @Test
    void killedAndRestartedTheDatabaseHasEveryViewOnce() throws Exception {
        List<Future<Map<String, Long>>> writers = startWriters();
        for (int round = 0; round < ROUNDS; round++) {
            TimeUnit.MILLISECONDS.sleep(300 + round * 137 % 500);
            server.kill();
            TimeUnit.MILLISECONDS.sleep(200);
            server.restart();
        }
        TimeUnit.MILLISECONDS.sleep(300);
        Map<String, Long> accepted = acceptedBy(writers);
        awaitDrained();
        assertThat(database.counts()).isEqualTo(accepted);
        assertThat(pool.snapshot().flush().failures()).isPositive();
    }

    @Test
    void silentForLongerThanItsTimeoutTheDatabaseHasEveryViewOnce() throws Exception {
        List<Future<Map<String, Long>>> writers = startWriters();
        TimeUnit.MILLISECONDS.sleep(300);
        server.stop();
        TimeUnit.MILLISECONDS.sleep(3 * STORE_TIMEOUT_MILLIS);
        server.cont();
        Map<String, Long> accepted = acceptedBy(writers);
        awaitDrained();
        assertThat(database.counts()).isEqualTo(accepted);
        assertThat(pool.snapshot().rejectedRequests()).containsEntry("pool_full", 0L);
    }
}
