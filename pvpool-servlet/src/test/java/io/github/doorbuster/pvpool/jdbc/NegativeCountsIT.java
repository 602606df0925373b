package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TopItems.Item;
import io.github.doorbuster.pvpool.TopItems.Window;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counts below zero in MariaDB. */
@Timeout(60)
class NegativeCountsIT {

    private static PvPool pool(MariaDbDatabase database, JdbcConfig.Builder tables) throws Exception {
        return PvPool.builder()
                .store(new JdbcPvStore(
                        database.dataSource(), tables.createTables(true).build()))
                .config(PvPoolConfig.builder()
                        .buckets("hour,day")
                        .topCacheMillis(0)
                        .allowNegative(true)
                        .build())
                .build();
    }

    @Test
    void areCountedInHoursAndDaysToo() throws Exception {
        MariaDbDatabase database = MariaDbDatabase.withTables();
        try (PvPool pool = pool(database, JdbcConfig.builder())) {
            pool.add(Map.of("a", 5L, "b", -2L, "c", 1L)).join();
            assertThat(pool.flush()).isTrue();
            pool.add(Map.of("a", -9L, "b", 4L, "c", -1L)).join();
            assertThat(pool.flush()).isTrue();
            assertThat(pool.snapshot().setAsideViews()).isZero();
            assertThat(pool.top(Window.HOUR, 2).items()).containsExactly(new Item("b", 2, 0), new Item("c", 0, 0));
        }
        assertThat(database.counts()).isEqualTo(Map.of("a", -4L, "b", 2L, "c", 0L));
        for (String table : List.of("item_pv_hour", "item_pv_day")) {
            assertThat(database.texts("SELECT CONCAT(item_id, SUM(pv)) FROM " + table + " GROUP BY item_id ORDER BY 1"))
                    .containsExactly("a-4", "b2", "c0");
        }
    }

    @Test
    void aColumnWithoutSignSetsThemAside() throws Exception {
        MariaDbDatabase database = MariaDbDatabase.withTables();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE item_pv MODIFY pv BIGINT UNSIGNED NOT NULL");
        }
        try (PvPool pool = pool(database, JdbcConfig.builder())) {
            pool.add(Map.of("a", 1L, "b", -2L)).join();
            assertThat(pool.flush()).isTrue();
            assertThat(pool.snapshot().setAsideViews()).isEqualTo(2);
        }
        assertThat(database.counts()).isEqualTo(Map.of("a", 1L));
        assertThat(database.texts("SELECT views FROM item_pv_rejected")).containsExactly("-2");
    }
}
