package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many statements the server receives, by its general log. */
@Timeout(60)
class RoundTripsIT {

    private interface Code {
        void run() throws Exception;
    }

    private static List<String> statementsOf(MariaDbDatabase database, Code code) throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL log_output = 'TABLE'");
            statement.execute("TRUNCATE mysql.general_log");
            statement.execute("SET GLOBAL general_log = ON");
            code.run();
            statement.execute("SET GLOBAL general_log = OFF");
        }
        return database.texts("SELECT LEFT(CONVERT(argument USING utf8mb4), 60) FROM mysql.general_log"
                + " WHERE command_type IN ('Query', 'Prepare', 'Execute') AND argument NOT LIKE 'SET GLOBAL%'"
                + " AND argument NOT LIKE 'UPDATE item_pv_ledger SET renewed_at%'" // once a second
                + " ORDER BY event_time");
    }

    @Test
    void chunkTakesFourStatementsAndReadTakesOne() throws Exception {
        try (MariaDbServer server = MariaDbServer.startOwn();
                HikariDataSource dataSource = new HikariDataSource()) {
            MariaDbDatabase database = MariaDbDatabase.withTables(server);
            dataSource.setJdbcUrl(database.url());
            dataSource.setUsername(server.user());
            dataSource.setPassword(server.password());
            dataSource.setMaximumPoolSize(1);
            try (PvPool pool = PvPool.builder()
                    .store(new JdbcPvStore(dataSource))
                    .config(TestPools.flushedByHand().build())
                    .build()) {
                TestPools.add(pool, "a");
                pool.flush();
                TestPools.add(pool, "a", "b", "a");
                assertThat(statementsOf(database, pool::flush))
                        .satisfiesExactly(
                                begin -> assertThat(begin).isEqualTo("BEGIN"),
                                ledger -> assertThat(ledger).startsWith("UPDATE item_pv_ledger"),
                                upsert -> assertThat(upsert).startsWith("INSERT INTO item_pv"),
                                commit -> assertThat(commit).isEqualTo("COMMIT"));
                assertThat(statementsOf(database, () -> pool.counts(List.of("a", "b"))))
                        .singleElement()
                        .asString()
                        .startsWith("SELECT item_id");
            }
        }
    }
}
