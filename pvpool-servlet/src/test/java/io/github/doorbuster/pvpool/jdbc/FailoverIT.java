package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.testing.MariaDbServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The primary is killed under load, and an asynchronous replica without its last transactions is promoted. */
@Timeout(180)
class FailoverIT {

    @TempDir
    Path folder;

    private final AtomicBoolean done = new AtomicBoolean();

    /** Connections to the server that is the primary now. */
    private static final class Primary extends MysqlDataSource {

        private static final long serialVersionUID = 1L;

        void is(MariaDbServer server) {
            setUrl("jdbc:mysql://" + server.address() + "/shop");
            setUser(server.user());
            setPassword(server.password());
        }
    }

    private static void execute(MariaDbServer server, String... statements) throws SQLException {
        String url = "jdbc:mysql://%s/".formatted(server.address());
        try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void replicate(MariaDbServer from, MariaDbServer to) throws SQLException {
        String[] address = from.address().split(":");
        execute(
                to,
                "CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%s, MASTER_USER='%s', MASTER_PASSWORD='%s', MASTER_CONNECT_RETRY=1, MASTER_SSL=0, MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_USE_GTID=slave_pos"
                        .formatted(address[0], address[1], from.user(), from.password()),
                "START SLAVE");
    }

    private Map<String, Long> addUntilDone(PvPool pool, String name) throws InterruptedException {
        Map<String, Long> accepted = new TreeMap<>();
        for (int i = 0; !done.get(); i++) {
            List<String> ids = List.of("all", name + i % 200, "hot" + i % 7);
            TestPools.add(pool, ids);
            ids.forEach(id -> accepted.merge(id, 1L, Long::sum));
            TimeUnit.MICROSECONDS.sleep(500); // paces the load
        }
        return accepted;
    }

    private static void awaitBatches(PvPool pool, int more) {
        long before = pool.snapshot().flush().batches();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> pool.snapshot().flush().batches() >= before + more);
    }

    @Test
    void countsExactlyThroughAsynchronousFailover() throws Exception {
        try (MariaDbServer first = MariaDbServer.startOwn("--log-bin=binlog", "--server-id=1");
                MariaDbServer second = MariaDbServer.startOwn("--log-bin=binlog", "--server-id=2")) {
            replicate(first, second);
            execute(first, "CREATE DATABASE shop");
            Primary primary = new Primary();
            primary.is(first);
            primary.setSocketTimeout(2000);
            JdbcConfig tables = JdbcConfig.builder().createTables(true).build();
            JournalConfig journal = JournalConfig.builder().journalDir(folder).build();
            ExecutorService clients = Executors.newFixedThreadPool(2);
            try (PvPool pool = PvPool.builder()
                    .store(new JdbcPvStore(primary, tables))
                    .journal(Journals.of(journal))
                    .config(PvPoolConfig.builder()
                            .flushMillis(20)
                            .chunkRows(50)
                            .maxRetryMillis(200)
                            .build())
                    .build()) {
                List<Future<Map<String, Long>>> writers = new ArrayList<>();
                for (String name : List.of("a", "b")) {
                    writers.add(clients.submit(() -> addUntilDone(pool, name)));
                }
                awaitBatches(pool, 10);
                await().until(() -> !MariaDbDatabase.countsIn(second, "shop").isEmpty());
                execute(second, "STOP SLAVE IO_THREAD");
                awaitBatches(pool, 10); // the replica does not receive these
                first.kill();
                execute(second, "STOP SLAVE", "RESET SLAVE ALL");
                primary.is(second);
                awaitBatches(pool, 10);
                done.set(true);
                Map<String, Long> accepted = new TreeMap<>();
                for (Future<Map<String, Long>> writer : writers) {
                    writer.get().forEach((id, views) -> accepted.merge(id, views, Long::sum));
                }
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> pool.snapshot().pendingViews() == 0);
                assertThat(MariaDbDatabase.countsIn(second, "shop")).isEqualTo(accepted);
                assertThat(pool.snapshot().takenBackViews()).isPositive();
                assertThat(pool.snapshot().missingViews()).isZero();
            } finally {
                clients.shutdownNow();
            }
        }
    }
}
