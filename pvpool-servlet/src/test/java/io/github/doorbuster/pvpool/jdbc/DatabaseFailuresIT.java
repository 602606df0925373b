package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.PvPoolSnapshot;
import io.github.doorbuster.pvpool.TestPools;
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
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database is killed or stopped under load. Accepting views goes on, and the counts are exact afterwards. */
@Timeout(300)
class DatabaseFailuresIT {

    private static final int ROUNDS = Integer.getInteger("doorbuster.rounds", 2);
    private static final int STORE_TIMEOUT_MILLIS = 500;

    private static MariaDbServer server;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final AtomicBoolean done = new AtomicBoolean();
    private MariaDbDatabase database;
    private PvPool pool;

    /** A server of our own, because the shared one must not fail. */
    @BeforeAll
    static void startServer() {
        server = MariaDbServer.startOwn();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void startPool() throws Exception {
        database = MariaDbDatabase.withTables(server);
        MysqlDataSource dataSource = database.dataSource();
        dataSource.setSocketTimeout(STORE_TIMEOUT_MILLIS); // otherwise a login waits for a stopped server without limit
        pool = PvPool.builder()
                .store(new JdbcPvStore(
                        dataSource,
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
    void closePool() {
        done.set(true);
        executor.shutdownNow();
        pool.close();
    }

    private Map<String, Long> addUntilDone(String name) throws InterruptedException {
        Map<String, Long> accepted = new TreeMap<>();
        for (int i = 0; !done.get(); i++) {
            List<String> ids = List.of("all", name + i % 200, "hot" + i % 7);
            TestPools.add(pool, ids);
            ids.forEach(id -> accepted.merge(id, 1L, Long::sum));
            TimeUnit.MICROSECONDS.sleep(500); // paces the load
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

    private void await(Predicate<PvPoolSnapshot> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> condition.test(pool.snapshot()));
    }

    /** Waits until so many batches more are written, so that the next fault hits the middle of a run. */
    private void awaitBatches(int more) {
        long batches = pool.snapshot().flush().batches();
        await(snapshot -> snapshot.flush().batches() >= batches + more);
    }

    private void awaitFailures(int more) {
        long failures = pool.snapshot().flush().failures();
        await(snapshot -> snapshot.flush().failures() >= failures + more);
    }

    @Test
    void countsExactlyWhenDatabaseIsKilled() throws Exception {
        List<Future<Map<String, Long>>> writers = startWriters();
        for (int round = 0; round < ROUNDS; round++) {
            awaitBatches(5 + round * 7 % 10);
            server.kill();
            awaitFailures(2);
            server.restart();
        }
        awaitBatches(5);
        Map<String, Long> accepted = acceptedBy(writers);
        await(snapshot -> snapshot.pendingViews() == 0);
        assertThat(database.counts()).isEqualTo(accepted);
    }

    @Test
    void countsExactlyWhenDatabaseStopsResponding() throws Exception {
        List<Future<Map<String, Long>>> writers = startWriters();
        awaitBatches(5);
        server.stop();
        try {
            awaitFailures(2);
        } finally {
            server.cont();
        }
        Map<String, Long> accepted = acceptedBy(writers);
        await(snapshot -> snapshot.pendingViews() == 0);
        assertThat(database.counts()).isEqualTo(accepted);
        assertThat(pool.snapshot().rejectedRequests()).containsEntry("pool_full", 0L);
    }
}
