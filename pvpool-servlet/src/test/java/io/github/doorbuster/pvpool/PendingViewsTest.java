package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PendingViewsTest {

    private static final int WRITERS = 4;
    private static final int ROUNDS = 50_000;

    private final ItemQuota quota = new ItemQuota(1_000_000);
    private final PendingViews pending =
            new PendingViews(16, quota, new HotItems(0, System::nanoTime, Clock.systemUTC()), Buckets.NONE);

    @Test
    void collectsEachViewOnceWhileOthersAreFolded() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
        List<Future<?>> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            writers.add(executor.submit(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(pending.reserve(1)).isTrue();
                    pending.fold(List.of("a"));
                }
            }));
        }
        while (!writers.stream().allMatch(Future::isDone)) {
            pending.collect();
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        executor.shutdown();
        pending.close();
        assertThat(pending.unwritten())
                .singleElement()
                .satisfies(all -> assertThat(all.counts()).isEqualTo(Map.of("a", (long) WRITERS * ROUNDS)));
        assertThat(quota.items()).isEqualTo(1);
    }

    @Test
    void keepsWhatCouldNotBeCollectedForLackOfMemory() {
        AtomicBoolean noMemory = new AtomicBoolean();
        HotItems hot = new HotItems(
                10,
                () -> {
                    if (noMemory.get()) {
                        throw new OutOfMemoryError("no heap for what is hot");
                    }
                    return 0;
                },
                Clock.systemUTC());
        PendingViews some = new PendingViews(1, quota, hot, Buckets.NONE);
        fold(some, "a", "b");
        some.collect();
        fold(some, "a", "c");
        noMemory.set(true);
        assertThatThrownBy(some::collect).isInstanceOf(OutOfMemoryError.class);
        noMemory.set(false);
        some.close();
        assertThat(some.unwritten())
                .singleElement()
                .satisfies(all -> assertThat(all.counts()).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 1L)));
        assertThat(quota.items()).isEqualTo(3);
    }

    private static final Set<Long> ALL = Set.of(0L);

    private void foldItems(int from, int to) {
        for (int i = from; i < to; i++) {
            fold(pending, "item" + i);
        }
    }

    @Test
    void copiesAllItemsInStepsBetweenWhichOthersGoOn() {
        int items = 3 * PendingCopy.STEP + 1;
        foldItems(0, items);
        PendingCopy copy = pending.startCopy(ALL);
        int steps = 0;
        do {
            assertThat(pending.takeFor(copy)).isTrue();
            fold(pending, "item0", "new"); // in a slot
            steps++;
        } while (copy.add());
        assertThat(steps).isGreaterThan(3);
        assertThat(copy.totals().views())
                .hasSize(items)
                .allSatisfy((id, views) -> assertThat(views).isEqualTo(1));
        PendingTotals totals = pending.totalsIn(ALL);
        assertThat(totals).isNotNull();
        assertThat(totals.views()).hasSize(items + 1).containsEntry("item0", 1L + steps);
    }

    @Test
    void aCopyEndsWhenCountsMove() {
        foldItems(0, 2 * PendingCopy.STEP);
        for (Runnable move : List.<Runnable>of(() -> pending.nextSegment(new Segment("", 2, 0, 0)), () -> {
            fold(pending, "new");
            pending.collect();
        })) {
            PendingCopy copy = pending.startCopy(ALL);
            assertThat(pending.takeFor(copy)).isTrue();
            assertThat(copy.add()).isTrue();
            move.run();
            assertThat(pending.takeFor(copy)).isFalse();
        }
        assertThat(pending.totalsIn(Set.of(1L)))
                .isNotNull()
                .satisfies(none -> assertThat(none.views()).isEmpty());
    }

    private static void fold(PendingViews pending, String... ids) {
        assertThat(pending.reserve(ids.length)).isTrue();
        pending.fold(List.of(ids));
    }
}
