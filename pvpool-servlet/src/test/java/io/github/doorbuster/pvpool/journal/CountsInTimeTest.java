package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.addUntilRejected;
import static io.github.doorbuster.pvpool.TestPools.flushedByHand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.doorbuster.pvpool.Bucket;
import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.CountsInTime;
import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.ViewJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Views count in the bucket in which they were accepted, also if they are written later. */
class CountsInTimeTest extends PoolsOnFolders {

    /** Where the pool keeps its views. */
    enum Kept {
        JOURNAL,
        SPILL,
        MEMORY
    }

    private static PvPoolConfig.Builder hoursAndDays() {
        return flushedByHand().buckets("hour,day");
    }

    private PvPool pool(Kept kept, PvPoolConfig.Builder config) {
        if (kept == Kept.JOURNAL) {
            return pool(config);
        }
        ViewJournal journal = kept == Kept.MEMORY
                ? ViewJournal.none(clock)
                : new SpillJournal(JournalConfig.builder().spillDir(folder).build(), disk, clock, clock::nanoTime);
        PvPool pool = TestPools.builder(clock)
                .store(store)
                .journal(journal)
                .config(config.closeMillis(200).build())
                .build();
        pools.add(pool);
        return pool;
    }

    private static Bucket hour(String start) {
        return new Bucket(Width.HOUR, Instant.parse("2026-11-" + start + ":00:00Z"));
    }

    private static Bucket day(String start) {
        return new Bucket(Width.DAY, Instant.parse("2026-11-" + start + "T00:00:00Z"));
    }

    private void passTo(String time) {
        clock.advance(Duration.between(clock.instant(), Instant.parse("2026-11-" + time + "Z")));
    }

    private static List<Long> series(PvPool pool, Width width, int count) throws Exception {
        return pool.series(List.of("a"), width, count).counts().get("a");
    }

    @ParameterizedTest
    @EnumSource
    void anOutageAcrossMidnightMovesNoView(Kept kept) throws Exception {
        PvPool pool = pool(kept, hoursAndDays());
        passTo("20T22:59:59");
        add(pool, "a", "b");
        assertThat(pool.flush()).isTrue();
        store.failWith(Fault.NOT_APPLIED);
        add(pool, "a");
        passTo("20T23:30:00");
        add(pool, "a", "a");
        assertThat(pool.flush()).isFalse();
        passTo("21T00:00:01");
        add(pool, "a", "c");
        assertThat(pool.flush()).isFalse();
        store.failWith(null);
        assertThat(series(pool, Width.HOUR, 3)).containsExactly(2L, 2L, 1L);
        assertThat(pool.flush()).isTrue();

        assertThat(store.buckets())
                .isEqualTo(Map.of(
                        hour("20T22"), Map.of("a", 2L, "b", 1L),
                        hour("20T23"), Map.of("a", 2L),
                        hour("21T00"), Map.of("a", 1L, "c", 1L),
                        day("20"), Map.of("a", 4L, "b", 1L),
                        day("21"), Map.of("a", 1L, "c", 1L)));
        assertThat(store.counts()).isEqualTo(Map.of("a", 5L, "b", 1L, "c", 1L));
        assertThat(pool.snapshot().pendingItems()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"JOURNAL", "SPILL"})
    void theNextProcessKeepsTheBuckets(Kept kept) throws Exception {
        PvPool first = pool(kept, hoursAndDays().chunkRows(1));
        passTo("20T14:10:00");
        add(first, "a", "b");
        passTo("20T15:10:00");
        add(first, "a");
        store.failWith(Fault.NOT_APPLIED);
        if (kept == Kept.SPILL) {
            first.close();
        } else {
            crash();
        }
        passTo("22T09:00:00");
        store.failWith(null);
        store.rowsAreIdleFor(Long.MAX_VALUE);
        PvPool next = pool(kept, hoursAndDays().takeOver(true));
        add(next, "a");
        assertThat(series(next, Width.DAY, 3)).containsExactly(2L, 0L, 1L);
        assertThat(next.flush()).isTrue();
        assertThat(new TreeMap<>(Map.of(
                        "a",
                        store.buckets().get(hour("20T14")),
                        "b",
                        store.buckets().get(hour("20T15")))))
                .isEqualTo(Map.of("a", Map.of("a", 1L, "b", 1L), "b", Map.of("a", 1L)));
        assertThat(store.buckets())
                .containsEntry(hour("22T09"), Map.of("a", 1L))
                .hasSize(5);
    }

    @ParameterizedTest
    @EnumSource
    void anIdlePoolIsInTheHourOfItsNextView(Kept kept) throws Exception {
        PvPool pool = pool(kept, hoursAndDays());
        add(pool, "a");
        assertThat(pool.flush()).isTrue();
        passTo("20T18:00:00");
        add(pool, "a");
        assertThat(series(pool, Width.HOUR, 7)).containsExactly(1L, 0L, 0L, 0L, 0L, 0L, 1L);
        store.failWith(Fault.NOT_APPLIED);
        assertThat(pool.flush()).isFalse();
        store.failWith(null);
        assertThat(series(pool, Width.HOUR, 1)).containsExactly(1L);
        assertThat(pool.flush()).isTrue();
        assertThat(series(pool, Width.HOUR, 7)).containsExactly(1L, 0L, 0L, 0L, 0L, 0L, 1L);
    }

    @ParameterizedTest
    @EnumSource
    void aClockThatIsSetBackCountsInItsHour(Kept kept) throws Exception {
        PvPool pool = pool(kept, hoursAndDays());
        passTo("20T14:00:00");
        add(pool, "a");
        passTo("20T13:30:00");
        add(pool, "a", "a");
        passTo("20T14:30:00");
        add(pool, "a");
        assertThat(series(pool, Width.HOUR, 2)).containsExactly(2L, 2L);
        assertThat(pool.flush()).isTrue();
        assertThat(store.buckets())
                .containsEntry(hour("20T13"), Map.of("a", 2L))
                .containsEntry(hour("20T14"), Map.of("a", 2L));
        assertThat(pool.snapshot().pendingItems()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void eachBucketOfAnItemTakesRoom(Kept kept) throws Exception {
        PvPool pool = pool(kept, hoursAndDays().maxPendingItems(1000));
        store.failWith(Fault.NOT_APPLIED);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ids.add("item" + i);
        }
        for (int h = 1; h <= 4; h++) {
            add(pool, ids);
            add(pool, ids);
            pool.flush();
            assertThat(pool.snapshot().pendingItems()).isEqualTo(200L * h);
            clock.advance(Duration.ofHours(1));
        }
        assertThat(addUntilRejected(pool, ids.toArray(new String[0]))).isEqualTo(200);
        store.failWith(null);
        assertThat(pool.flush()).isTrue();
        assertThat(pool.snapshot().pendingItems()).isZero();
        assertThat(store.counts()).hasSize(200).containsEntry("item7", 9L);
    }

    @Test
    void sumsSinceATime() throws Exception {
        PvPool pool = pool(hoursAndDays());
        passTo("20T12:30:00");
        add(pool, "a");
        pool.flush();
        passTo("20T14:10:00");
        add(pool, "a", "a", "b");
        CountsInTime twoHours = pool.since(List.of("a", "b", "c"), Width.HOUR, Duration.ofHours(2));
        assertThat(twoHours.buckets()).hasSize(3).startsWith(hour("20T12"));
        assertThat(twoHours.sum("a")).isEqualTo(3);
        assertThat(twoHours.sum("c")).isZero();
        assertThat(pool.since(List.of("a"), Width.HOUR, Duration.ofHours(1)).sum("a"))
                .isEqualTo(2);
        assertThat(pool.since(List.of("a"), Width.DAY, Duration.ofDays(3)).buckets())
                .hasSize(4);
    }

    @Test
    void whatIsNotKeptIsRefused() {
        PvPool pool = pool(flushedByHand().buckets("hour").bucketDays("2"));
        List<String> ids = List.of("a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.since(ids, Width.HOUR, Duration.ofHours(49)))
                .withMessageContaining("since=49h: must be 1 to 48h");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.series(ids, Width.HOUR, 49))
                .withMessageContaining("count=49: must be between 1 and 48");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.series(ids, Width.DAY, 1))
                .withMessageContaining("set buckets=day");
    }
}
