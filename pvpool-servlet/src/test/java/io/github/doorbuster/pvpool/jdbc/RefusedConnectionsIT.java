package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.pvpool.servlet.LogLines;
import io.github.doorbuster.testing.MariaDbServer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HikariCP waits 30 s for a connection, longer than the pool has for its close. */
@Timeout(60)
class RefusedConnectionsIT {

    private static final int CLOSE_MILLIS = 500;

    @TempDir
    Path folder;

    private static HikariDataSource hikari(MariaDbServer server) {
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(server.jdbcUrl("refused"));
        dataSource.setUsername(server.user());
        dataSource.setPassword(server.password());
        return dataSource;
    }

    private static PvPool pool(HikariDataSource dataSource, ViewJournal journal) {
        return PvPool.builder()
                .store(new JdbcPvStore(
                        dataSource, JdbcConfig.builder().createTables(true).build()))
                .journal(journal)
                .config(PvPoolConfig.builder()
                        .flushMillis(50)
                        .closeMillis(CLOSE_MILLIS)
                        .build())
                .build();
    }

    private ViewJournal journal() {
        return Journals.of(
                JournalConfig.builder().journalDir(folder.resolve("journal")).build());
    }

    private ViewJournal spill() {
        return Journals.of(
                JournalConfig.builder().spillDir(folder.resolve("spill")).build());
    }

    @Test
    void closeKeepsOrReportsEveryView() throws Exception {
        try (MariaDbServer server = MariaDbServer.startOwn()) {
            server.dataSource("refused");
            try (HikariDataSource dataSource = hikari(server);
                    LogLines log = LogLines.of(PvPool.class)) {
                List<PvPool> pools = List.of(
                        pool(dataSource, journal()), pool(dataSource, spill()), pool(dataSource, ViewJournal.none()));
                for (PvPool pool : pools) {
                    TestPools.add(pool, Collections.nCopies(10, "written"));
                    assertThat(pool.flush()).isTrue();
                }
                server.kill();
                for (PvPool pool : pools) {
                    TestPools.add(pool, Collections.nCopies(37, "late"));
                }
                long start = System.nanoTime();
                pools.forEach(PvPool::close);
                assertThat(System.nanoTime() - start)
                        .as("less than one attempt of HikariCP")
                        .isLessThan(dataSource.getConnectionTimeout() * 1_000_000);
                assertThat(log.lines())
                        .anyMatch(line -> line.startsWith("closed with 37 page views unwritten and no journal"))
                        .filteredOn(line -> line.startsWith("closed with 37 page views unwritten; the next start"))
                        .hasSize(2);
            }
            server.restart();
            try (HikariDataSource dataSource = hikari(server);
                    PvPool journaled = pool(dataSource, journal());
                    PvPool spilled = pool(dataSource, spill())) {
                assertThat(journaled.flush()).isTrue();
                assertThat(spilled.flush()).isTrue();
                assertThat(journaled.counts(List.of("written", "late"))).isEqualTo(Map.of("written", 30L, "late", 74L));
            }
        }
    }
}
