package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.doorbuster.pvpool.TopItems.Item;
import io.github.doorbuster.pvpool.TopItems.Window;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HotItemsTest {

    private final FakeClock clock = new FakeClock();
    private PvPool pool = pool(1000);

    private PvPool pool(int hotItems) {
        return TestPools.builder(clock)
                .store(new MemoryStore())
                .config(TestPools.flushedByHand().hotItems(hotItems).build())
                .build();
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private List<Item> top(int count) throws StoreException {
        return pool.top(Window.FIVE_MINUTES, count).items();
    }

    @Test
    void countsAcceptedViewsThatAreNotWritten() throws Exception {
        TestPools.add(pool, "a", "b", "a", "c", "a", "b");
        assertThat(top(2)).containsExactly(new Item("a", 3, 0), new Item("b", 2, 0));
        assertThat(pool.top(Window.FIVE_MINUTES, 2).from()).isEqualTo(clock.instant());
    }

    @Test
    void forgetsViewsAfterFiveMinutes() throws Exception {
        TestPools.add(pool, "old", "old", "old");
        TestPools.flushAtInterval(pool);
        clock.advance(Duration.ofMinutes(3));
        TestPools.add(pool, "new", "new");
        assertThat(top(9)).containsExactly(new Item("old", 3, 0), new Item("new", 2, 0));
        clock.advance(Duration.ofMinutes(2));
        assertThat(top(9)).containsExactly(new Item("new", 2, 0));
        assertThat(Duration.between(pool.top(Window.FIVE_MINUTES, 9).from(), clock.instant()))
                .isBetween(Duration.ofSeconds(285), Duration.ofMinutes(5));
        clock.advance(Duration.ofHours(1));
        assertThat(top(9)).isEmpty();
    }

    @Test
    void boundsHoldOverSlices() throws Exception {
        HotItems hot = new HotItems(100, clock::nanoTime, clock);
        Random random = new Random(11);
        Map<String, Long> exact = new HashMap<>();
        long views = 0;
        for (int slice = 0; slice < HotItems.SLICES; slice++) {
            Map<String, Slot.Counter> counts = new HashMap<>();
            for (int i = 0; i < 5000; i++) {
                String id = "item" + (int) (2000 * Math.pow(random.nextDouble(), 3));
                counts.computeIfAbsent(id, first -> new Slot.Counter()).views++;
                exact.merge(id, 1L, Long::sum);
                views++;
            }
            hot.add(counts);
            if (slice < HotItems.SLICES - 1) {
                clock.advance(Duration.ofNanos(HotItems.SLICE_NANOS));
            }
        }
        TopItems top = hot.top();
        assertThat(top.errorBound()).isPositive().isLessThanOrEqualTo(views / 100);
        top.items().forEach(item -> {
            assertThat(exact.get(item.itemId())).isBetween(item.views() - item.error(), item.views());
            assertThat(item.error()).isLessThanOrEqualTo(top.errorBound());
        });
        long hottest = exact.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        assertThat(top.items().get(0).views()).isGreaterThanOrEqualTo(hottest);
        assertThat(exact.keySet())
                .filteredOn(id -> exact.get(id) > top.errorBound())
                .allSatisfy(id ->
                        assertThat(top.items()).anyMatch(item -> item.itemId().equals(id)));
    }

    @Test
    void snapshotHasTheTenHottest() throws Exception {
        for (int i = 1; i <= 12; i++) {
            for (int views = 0; views < i; views++) {
                TestPools.add(pool, "item" + i);
            }
        }
        PvPoolSnapshot.Hot hot = pool.snapshot().hot();
        assertThat(hot).isNotNull();
        assertThat(hot.items()).hasSize(10).startsWith(new PvPoolSnapshot.HotItem("item12", 12, 0));
    }

    @Test
    void answersAreKeptForTopCacheMillis() throws Exception {
        TestPools.add(pool, "a");
        assertThat(top(9)).containsExactly(new Item("a", 1, 0));
        TestPools.add(pool, "a");
        assertThat(top(9)).containsExactly(new Item("a", 1, 0));
        clock.advance(Duration.ofSeconds(1));
        assertThat(top(9)).containsExactly(new Item("a", 2, 0));
    }

    @Test
    void isOffByDefault() throws Exception {
        pool.close();
        pool = pool(0);
        TestPools.add(pool, "a");
        assertThat(pool.snapshot().hot()).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> top(9)).withMessageContaining("hotItems");
    }

    @Test
    void countMustBeInItsRange() throws Exception {
        for (int count : List.of(0, 1001)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> top(count))
                    .withMessageContaining("between 1 and 1000");
        }
    }
}
