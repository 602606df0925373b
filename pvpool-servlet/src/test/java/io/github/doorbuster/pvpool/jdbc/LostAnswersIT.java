package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.PvPoolSnapshot;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.testing.TcpProxy;
import io.github.doorbuster.testing.TcpProxy.Fate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A proxy in front of the database loses the answer to some COMMITs. */
@Timeout(40)
class LostAnswersIT {

    private static final int ROUNDS = 12;

    private MariaDbDatabase database;
    private TcpProxy proxy;

    @BeforeEach
    void startProxy() throws Exception {
        database = MariaDbDatabase.withTables();
        proxy = TcpProxy.to(database.address());
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    /** Lets a random third of the COMMITs meet the given fate. */
    private void someCommits(Fate fate) {
        Random random = new Random(42);
        proxy.onRequest(sent -> {
            boolean commit = sent.toUpperCase(Locale.ROOT).strip().endsWith("COMMIT");
            return commit && random.nextInt(3) == 0 ? fate : Fate.PASS;
        });
    }

    /** Adds views and flushes them, round by round. */
    private static Run run(PvStore store) throws Exception {
        Map<String, Long> accepted = new TreeMap<>();
        PvPoolConfig config = TestPools.flushedByHand().chunkRows(3).build();
        try (PvPool pool = PvPool.builder().store(store).config(config).build()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<String> ids = List.of("all", "a" + round, "b" + round, "c" + round, "all");
                TestPools.add(pool, ids);
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
                database.dataSource(proxy.address()),
                JdbcConfig.builder().storeTimeoutMillis(timeoutMillis).build());
        store.prepare();
        return store;
    }

    @Test
    void countsOnceWhenAnswerToCommitIsLost() throws Exception {
        JdbcPvStore store = storeBehindProxy(5000);
        someCommits(Fate.LOSE_ANSWER);
        Run run = run(store);
        assertThat(database.counts()).isEqualTo(run.accepted);
        assertThat(run.snapshot.flush().alreadyAppliedChunks()).isPositive();
    }

    @Test
    void countsTwiceWithoutLedger() throws Exception {
        LedgerlessStore store = new LedgerlessStore(database.dataSource(proxy.address()));
        someCommits(Fate.LOSE_ANSWER);
        Run run = run(store);
        assertThat(database.counts().get("all")).isGreaterThan(run.accepted.get("all"));
    }

    @Test
    void countsOnceWhenConnectionIsResetBeforeCommit() throws Exception {
        JdbcPvStore store = storeBehindProxy(5000);
        someCommits(Fate.CUT);
        Run run = run(store);
        assertThat(database.counts()).isEqualTo(run.accepted);
        assertThat(run.snapshot.flush().failures()).isPositive();
        assertThat(run.snapshot.flush().alreadyAppliedChunks()).isZero();
    }

    @Test
    void countsOnceWhenAnswerToCommitNeverComes() throws Exception {
        JdbcPvStore store = storeBehindProxy(100);
        someCommits(Fate.MUTE);
        Run run = run(store);
        assertThat(database.counts()).isEqualTo(run.accepted);
        assertThat(run.snapshot.flush().alreadyAppliedChunks()).isPositive();
    }

    @Test
    void ledgerIsEmptyAfterClose() throws Exception {
        run(new JdbcPvStore(database.dataSource()));
        assertThat(database.ledgerRows()).isZero();
    }
}
