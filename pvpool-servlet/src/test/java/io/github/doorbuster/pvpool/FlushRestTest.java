package io.github.doorbuster.pvpool;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.addInEverySlot;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.MemoryStore.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** After a flush, the pool rests so long that it writes for flushPercent of the time, at most for ten intervals. */
class FlushRestTest {

    private final FakeClock clock = new FakeClock();
    private final MemoryStore store = new MemoryStore();
    private final SimulatedThread thread = new SimulatedThread();
    private final List<PvPool> pools = new ArrayList<>();

    private PvPool pool(PvPoolConfig.Builder config) {
        PvPool pool = TestPools.builder(clock)
                .store(store)
                .config(config.build())
                .deterministic(() -> thread, () -> 0, NoJournal::newId)
                .build();
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void closePools() {
        store.failWith(null);
        pools.forEach(PvPool::close);
    }

    private void commitsTake(long millis) {
        store.afterEachCommit(() -> clock.advance(Duration.ofMillis(millis)));
    }

    private void tickAfter(long millis) {
        clock.advance(Duration.ofMillis(millis));
        thread.tick();
    }

    private long flushes(PvPool pool) {
        return pool.snapshot().flush().batches();
    }

    /** Adds a view before each interval, and returns in which intervals views were written. */
    private List<Integer> intervalsWithFlush(PvPool pool, int intervals) {
        return IntStream.range(0, intervals)
                .filter(interval -> {
                    long before = flushes(pool);
                    add(pool, "m" + interval);
                    tickAfter(1000);
                    return flushes(pool) > before;
                })
                .boxed()
                .toList();
    }

    @Test
    void shortFlushNeedsNoRest() {
        commitsTake(50);
        assertThat(intervalsWithFlush(pool(PvPoolConfig.builder()), 5)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void restsInProportionToFlush() {
        commitsTake(150); // 2.85 seconds of rest
        assertThat(intervalsWithFlush(pool(PvPoolConfig.builder()), 8)).containsExactly(0, 3, 6);
    }

    @Test
    void restEndsAfterNineIntervals() {
        commitsTake(60_000);
        assertThat(intervalsWithFlush(pool(PvPoolConfig.builder()), 20)).containsExactly(0, 9, 18);
    }

    @Test
    void intervalCanBeFixed() {
        commitsTake(60_000);
        assertThat(intervalsWithFlush(pool(PvPoolConfig.builder().flushPercent(100)), 3))
                .containsExactly(0, 1, 2);
    }

    @Test
    void manyPendingItemsEndRest() {
        PvPool pool = pool(PvPoolConfig.builder().flushItems(3));
        commitsTake(60_000);
        assertThat(intervalsWithFlush(pool, 2)).containsExactly(0);
        add(pool, "x", "y");
        assertThat(flushes(pool)).isEqualTo(2);
    }

    @Test
    void failedFlushIsRetriedWithoutRest() {
        PvPool pool = pool(PvPoolConfig.builder());
        commitsTake(60_000);
        store.failWith(Fault.APPLIED_ANSWER_LOST);
        add(pool, "a");
        tickAfter(1000);
        assertThat(flushes(pool)).isZero();
        store.failWith(null);
        tickAfter(1000);
        assertThat(flushes(pool)).isEqualTo(1);
    }

    @Test
    void failedEarlyFlushEndsRest() {
        PvPool pool = pool(PvPoolConfig.builder().flushItems(3));
        commitsTake(60_000);
        assertThat(intervalsWithFlush(pool, 1)).containsExactly(0);
        store.failWith(Fault.NOT_APPLIED);
        add(pool, "x", "y", "z");
        store.failWith(null);
        tickAfter(1000);
        assertThat(flushes(pool)).isEqualTo(2);
    }

    @Test
    void slotsAreMergedDuringRest() {
        PvPool pool = pool(PvPoolConfig.builder().slots(16));
        commitsTake(60_000);
        assertThat(intervalsWithFlush(pool, 1)).containsExactly(0);
        addInEverySlot(pool, 16, List.of("hot"));
        assertThat(pool.snapshot().pendingItems()).isGreaterThan(1);
        tickAfter(1000);
        assertThat(pool.snapshot().pendingItems()).isEqualTo(1);
    }
}
