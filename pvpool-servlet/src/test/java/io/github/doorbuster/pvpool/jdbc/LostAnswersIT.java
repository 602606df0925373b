package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.PvPoolSnapshot;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.TcpProxy;
import io.github.doorbuster.testing.TcpProxy.Fate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class LostAnswersIT {

    private static final int ROUNDS = 12;

    private MariaDbDatabase database;
    private TcpProxy proxy;

    @BeforeEach
    void putProxyInFront() throws Exception {
        MariaDbServer server = MariaDbServer.shared();
        database = new MariaDbDatabase(server);
        proxy = TcpProxy.to(server.address());
    }

    @AfterEach
    void removeProxy() {
        proxy.close();
    }

    /** A third of the COMMITs, by chance, meet their fate. */
    private void someCommits(Fate fate) {
        Random random = new Random(42);
        proxy.onRequest(sent -> {
            boolean commit = sent.toUpperCase(Locale.ROOT).endsWith("COMMIT");
            return commit && random.nextInt(3) == 0 ? fate : Fate.PASS;
        });
    }

    /** Adds views round by round through a store that fails now and then. */
    private Run run(PvStore store) throws Exception {
        Map<String, Long> accepted = new TreeMap<>();
        PvPoolConfig config = PvPoolConfig.builder()
                .flushMillis(3_600_000)
                .chunkRows(3)
                .closeMillis(5000)
                .build();
        try (PvPool pool = PvPool.builder().store(store).config(config).build()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<String> ids = List.of("all", "a" + round, "b" + round, "c" + round, "all");
                pool.add(new Views(ids)).toCompletableFuture().join();
                ids.forEach(id -> accepted.merge(id, 1L, Long::sum));
                await().pollInSameThread()
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofMinutes(1))
                        .until(pool::flush);
            }
            return new Run(accepted, pool.snapshot());
        }
    }

    private record Run(Map<String, Long> accepted, PvPoolSnapshot snapshot) {}

    private JdbcPvStore storeBehindProxy(int timeoutMillis) throws Exception {
        JdbcPvStore store = new JdbcPvStore(
                database.through(proxy.address()),
                JdbcConfig.builder().storeTimeoutMillis(timeoutMillis).build());
        store.prepare();
        return store;
    }

    @Test
    void aViewIsCountedOnceWhenTheCommitAnswerIsLost() throws Exception {
        JdbcPvStore store = storeBehindProxy(5000);
        someCommits(Fate.LOSE_ANSWER);
        Run run = run(store);
        assertThat(database.counts()).isEqualTo(run.accepted);
        assertThat(run.snapshot.flush().alreadyAppliedChunks()).isPositive();
    }

    @Test
    void withoutTheLedgerTheSameFaultOvercounts() throws Exception {
        DataSource dataSource = database.through(proxy.address());
        someCommits(Fate.LOSE_ANSWER);
        Run run = run(new LedgerlessStore(dataSource));
        assertThat(database.counts().get("all")).isGreaterThan(run.accepted.get("all"));
    }

    @Test
    void aViewIsCountedOnceWhenTheConnectionIsResetBeforeCommit() throws Exception {
        JdbcPvStore store = storeBehindProxy(5000);
        someCommits(Fate.CUT);
        Run run = run(store);
        assertThat(database.counts()).isEqualTo(run.accepted);
        assertThat(run.snapshot.flush().failures()).isPositive();
        assertThat(run.snapshot.flush().alreadyAppliedChunks()).isZero();
    }

    @Test
    void aViewIsCountedOnceWhenTheCommitAnswerNeverComes() throws Exception {
        JdbcPvStore store = storeBehindProxy(200);
        someCommits(Fate.MUTE);
        Run run = run(store);
        assertThat(database.counts()).isEqualTo(run.accepted);
        assertThat(run.snapshot.flush().alreadyAppliedChunks()).isPositive();
    }

    @Test
    void theLedgerIsEmptyOnceEverythingIsWritten() throws Exception {
        run(new JdbcPvStore(database.direct()));
        assertThat(database.ledgerRows()).isZero();
    }
}
