package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.FakeClock;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.TopItems.Item;
import io.github.doorbuster.pvpool.TopItems.Window;
import io.github.doorbuster.pvpool.ViewJournal;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The items with the most views of hours, of which some are written and some are pending. */
class TopOfHoursTest {

    private final FakeClock clock = new FakeClock();
    private final PvPool pool = TestPools.builder(clock)
            .store(new JdbcPvStore(
                    H2Database.empty(), JdbcConfig.builder().createTables(true).build()))
            .journal(ViewJournal.none(clock))
            .config(TestPools.flushedByHand()
                    .buckets("hour")
                    .topCacheMillis(0)
                    .allowNegative(true)
                    .chunkRows(2)
                    .build())
            .build();

    @AfterEach
    void close() {
        pool.close();
    }

    private List<Item> top(Window window) throws Exception {
        return pool.top(window, 3).items();
    }

    @Test
    void addsWhatIsPendingToWhatIsWritten() throws Exception {
        TestPools.add(pool, "a", "a", "b", "c");
        pool.flush();
        clock.advance(Duration.ofHours(1));
        TestPools.add(pool, "b", "b");
        assertThat(top(Window.HOUR)).containsExactly(new Item("b", 3, 0), new Item("a", 2, 0), new Item("c", 1, 0));
        pool.flush();
        clock.advance(Duration.ofHours(1));
        TestPools.add(pool, "c");
        assertThat(top(Window.HOUR)).containsExactly(new Item("b", 2, 0), new Item("c", 1, 0));
        assertThat(top(Window.DAY)).startsWith(new Item("b", 3, 0));
    }

    @Test
    void isExactWithNegativeCounts() throws Exception {
        Random random = new Random(5);
        Map<String, Long> exact = new HashMap<>();
        for (int hour = 0; hour < 4; hour++) {
            for (int request = 0; request < 40; request++) {
                Map<String, Long> counts = new HashMap<>();
                for (int i = 0; i < 20; i++) {
                    long count = 1L + random.nextInt(request < 30 ? 400 : 10);
                    counts.put("item" + random.nextInt(400), random.nextInt(3) == 0 ? -count : count);
                }
                counts.forEach((id, count) -> exact.merge(id, count, Long::sum));
                pool.add(counts).join();
            }
            if (hour < 3) {
                pool.flush();
                clock.advance(Duration.ofHours(1));
            }
        }
        List<Long> expected = exact.values().stream()
                .sorted(Comparator.reverseOrder())
                .limit(60)
                .toList();
        for (int round = 0; round < 2; round++) {
            for (int count : List.of(1, 20, 60)) {
                assertThat(pool.top(Window.DAY, count).items())
                        .extracting(Item::views)
                        .isEqualTo(expected.subList(0, count));
            }
            assertThat(pool.flush()).isTrue();
        }
        assertThat(pool.counts(exact.keySet())).isEqualTo(exact);
        assertThat(pool.snapshot().pendingItems()).isZero();
        assertThat(pool.snapshot().setAsideViews()).isZero();
    }

    @Test
    void aClockThatWasSetBackShowsNoHourThatIsYetToCome() throws Exception {
        TestPools.add(pool, "now");
        clock.advance(Duration.ofHours(2));
        TestPools.add(pool, "later", "later", "now");
        clock.advance(Duration.ofHours(-2));
        assertThat(top(Window.HOUR)).containsExactly(new Item("now", 1, 0));
        pool.flush();
        assertThat(top(Window.HOUR)).containsExactly(new Item("now", 1, 0));
        clock.advance(Duration.ofHours(2));
        assertThat(top(Window.DAY)).containsExactly(new Item("later", 2, 0), new Item("now", 2, 0));
    }
}
