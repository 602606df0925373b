package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application closes the DataSource before the pool, as Spring Boot does with a servlet that owns its pool. */
@Timeout(20) // a pool that went on retrying would take closeMillis
class ClosedDataSourceTest {

    private static final int CLOSE_MILLIS = 600_000;

    private final String url = "jdbc:h2:mem:%s;MODE=MySQL;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());

    @TempDir
    Path folder;

    private HikariDataSource dataSource() {
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(url);
        return dataSource;
    }

    private static PvPool pool(HikariDataSource dataSource, ViewJournal journal) {
        return PvPool.builder()
                .store(new JdbcPvStore(
                        dataSource, JdbcConfig.builder().createTables(true).build()))
                .journal(journal)
                .config(PvPoolConfig.builder()
                        .flushMillis(CLOSE_MILLIS)
                        .closeMillis(CLOSE_MILLIS)
                        .build())
                .build();
    }

    @Test
    void closeEndsAtOnceAndLogsLostViews() {
        HikariDataSource dataSource = dataSource();
        PvPool pool = pool(dataSource, ViewJournal.none());
        TestPools.add(pool, Collections.nCopies(30, "a"));
        dataSource.close();
        try (LogLines log = LogLines.of(PvPool.class)) {
            pool.close();
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("the application has closed the DataSource before the pool"))
                    .anyMatch(line -> line.startsWith("closed with 30 page views unwritten and no journal"));
        }
    }

    @Test
    void journalAndSpillKeepTheViews() throws Exception {
        for (JournalConfig config : List.of(
                JournalConfig.builder().journalDir(folder.resolve("journal")).build(),
                JournalConfig.builder().spillDir(folder.resolve("spill")).build())) {
            HikariDataSource closed = dataSource();
            PvPool pool = pool(closed, Journals.of(config));
            TestPools.add(pool, Collections.nCopies(30, "a"));
            closed.close();
            pool.close();
        }
        for (JournalConfig config : List.of(
                JournalConfig.builder().journalDir(folder.resolve("journal")).build(),
                JournalConfig.builder().spillDir(folder.resolve("spill")).build())) {
            try (HikariDataSource open = dataSource();
                    PvPool next = pool(open, Journals.of(config))) {
                assertThat(next.flush()).isTrue();
            }
        }
        try (HikariDataSource open = dataSource();
                PvPool pool = pool(open, ViewJournal.none())) {
            assertThat(pool.counts(List.of("a"))).isEqualTo(Map.of("a", 60L));
        }
    }
}
