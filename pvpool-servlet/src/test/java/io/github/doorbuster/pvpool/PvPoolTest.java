package io.github.doorbuster.pvpool;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.addInEverySlot;
import static io.github.doorbuster.pvpool.TestPools.addUntilRejected;
import static io.github.doorbuster.pvpool.TestPools.assertRejected;
import static io.github.doorbuster.pvpool.TestPools.flushedByHand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PvPoolTest {

    private final MemoryStore store = new MemoryStore();
    private final List<PvPool> pools = new ArrayList<>();

    private PvPool pool(PvPoolConfig.Builder config) {
        return pool(config, ViewJournal.none());
    }

    private PvPool pool(PvPoolConfig.Builder config, ViewJournal journal) {
        PvPool pool = PvPool.builder()
                .store(store)
                .journal(journal)
                .config(config.build())
                .build();
        pools.add(pool);
        return pool;
    }

    private PvPool pool() {
        return pool(flushedByHand());
    }

    @AfterEach
    void closePools() {
        store.failWith(null);
        store.beforeEachRead(null);
        store.afterEachCommit(null);
        pools.forEach(PvPool::close);
    }

    @Test
    void countsEveryOccurrence() throws Exception {
        PvPool pool = pool();
        assertThat(add(pool, "1", "m2", "1")).isEqualTo(3);
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("1", 2L, "m2", 1L));
    }

    @Test
    void aFlushThatIsDueAtCloseClaimsNothingAgain() throws Exception {
        for (int round = 0; round < 10; round++) {
            PvPool pool = pool(PvPoolConfig.builder().flushMillis(10));
            add(pool, "a");
            store.afterEachCommit(() -> {
                for (long end = System.nanoTime() + 25_000_000; System.nanoTime() < end; ) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
            });
            pool.close();
            assertThat(pool.snapshot().missingViews()).isZero();
            assertThat(store.ledgerRows()).isZero();
        }
    }

    @Test
    void countIncludesPendingViews() throws Exception {
        PvPool pool = pool();
        add(pool, "a");
        pool.flush();
        add(pool, "a", "b");
        assertThat(pool.counts(List.of("a", "b", "c"))).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 0L));
    }

    @Test
    void countIsExactWhileCommitIsUnknown() throws Exception {
        PvPool pool = pool();
        add(pool, "a", "a");
        store.failWith(Fault.APPLIED_ANSWER_LOST);
        assertThat(pool.flush()).isFalse();
        add(pool, "a");
        assertThat(pool.counts(List.of("a"))).containsEntry("a", 3L);
        store.failWith(Fault.NOT_APPLIED);
        assertThat(pool.flush()).isFalse();
        assertThat(pool.counts(List.of("a"))).containsEntry("a", 3L);
    }

    @Test
    void countIsExactWhenFlushInterruptsRead() throws Exception {
        PvPool pool = pool();
        add(pool, "a");
        AtomicBoolean once = new AtomicBoolean(true);
        store.beforeEachRead(() -> {
            if (once.getAndSet(false)) {
                flush(pool);
            }
        });
        assertThat(pool.counts(List.of("a"))).containsEntry("a", 1L);
        assertThat(once).isFalse();
    }

    @Test
    void countIsExactBetweenChunks() throws Exception {
        PvPool pool = pool(flushedByHand().chunkRows(1));
        add(pool, "a", "b", "c");
        List<Map<String, Long>> seen = Collections.synchronizedList(new ArrayList<>());
        store.afterEachCommit(() -> {
            try {
                seen.add(pool.counts(List.of("a", "b", "c")));
            } catch (StoreException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(pool.flush()).isTrue();
        assertThat(seen).hasSize(3).containsOnly(Map.of("a", 1L, "b", 1L, "c", 1L));
    }

    @Test
    void readFailsIfEveryAttemptMeetsFlush() {
        PvPool pool = pool();
        store.beforeEachRead(() -> {
            add(pool, "a");
            flush(pool);
        });
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> pool.counts(List.of("a")))
                .withMessageContaining("try again later");
    }

    @Test
    void failedFlushIsRetried() throws Exception {
        PvPool pool = pool();
        add(pool, "a", "b");
        store.failWith(Fault.NOT_APPLIED);
        assertThat(pool.flush()).isFalse();
        assertThat(pool.snapshot().flush().consecutiveFailures()).isEqualTo(1);
        assertThat(pool.snapshot().flush().lastError()).isEqualTo("the store is down");
        add(pool, "a");
        store.failWith(null);
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L));
    }

    @Test
    void chunkIsAppliedOnceWhenAnswerIsLost() throws Exception {
        PvPool pool = pool(flushedByHand().chunkRows(2));
        add(pool, "a", "b", "c", "c");
        store.failWith(Fault.APPLIED_ANSWER_LOST);
        assertThat(pool.flush()).isFalse();
        store.failWith(null);
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L, "c", 2L));
        assertThat(pool.snapshot().flush().alreadyAppliedChunks()).isEqualTo(1);
        assertThat(pool.snapshot().pendingViews()).isZero();
    }

    @Test
    void chunksHaveConfiguredSize() throws Exception {
        PvPool pool = pool(flushedByHand().chunkRows(3));
        add(pool, "a", "b", "c", "d", "e", "f", "g");
        pool.flush();
        assertThat(store.chunkSizes()).containsExactlyInAnyOrder(3, 1);
    }

    @Test
    void closeDeletesRowOfJournalWithoutFolder() throws Exception {
        PvPool pool = pool();
        add(pool, "a");
        pool.flush();
        assertThat(store.ledgerRows()).isEqualTo(1);
        pool.close();
        assertThat(store.ledgerRows()).isZero();
    }

    @Test
    void fullPoolRejectsWholeRequest() throws Exception {
        PvPool pool = pool(flushedByHand().maxPendingItems(1000));
        add(pool, ids(0, 999));
        assertRejected(Reason.POOL_FULL, pool, "x", "y").withMessageContaining("maxPendingItems=1000");
        assertThat(pool.snapshot().rejectedRequests()).containsEntry("pool_full", 1L);
        pool.flush();
        assertThat(store.counts()).hasSize(999).doesNotContainKeys("x", "y");
        assertThat(add(pool, "x", "y")).isEqualTo(2);
    }

    @Test
    void fullPoolMergesSlotsFirst() {
        PvPool pool = pool(flushedByHand().slots(16).maxPendingItems(1000));
        addInEverySlot(pool, 16, ids(0, 500));
        assertThat(pool.snapshot().pendingViews()).isEqualTo(8000);
    }

    @Test
    void itemInManySlotsTakesOnePlace() throws Exception {
        PvPool pool = pool(flushedByHand().slots(16));
        store.failWith(Fault.NOT_APPLIED);
        addInEverySlot(pool, 16, List.of("hot"));
        assertThat(pool.snapshot().pendingItems()).isGreaterThan(1);
        pool.flush();
        assertThat(pool.snapshot().pendingItems()).isEqualTo(1);
        assertThat(pool.snapshot().pendingViews()).isEqualTo(16);
    }

    @Test
    void manyPendingItemsStartFlush() {
        startsFlushAt(100, flushedByHand().flushItems(100));
    }

    @Test
    void halfOfThePendingItemsThatFitStartsFlushByDefault() {
        startsFlushAt(500, PvPoolConfig.builder().flushMillis(3_600_000).maxPendingItems(1000));
    }

    private void startsFlushAt(int items, PvPoolConfig.Builder config) {
        PvPool pool = pool(config);
        add(pool, ids(0, items - 1));
        assertThat(store.counts()).isEmpty();
        add(pool, "one-more");
        await().until(() -> store.counts().size() == items);
    }

    @Test
    void writesWhenJournalCannotDeleteExpired() {
        AtomicInteger attempts = new AtomicInteger();
        PvPool pool =
                pool(PvPoolConfig.builder().flushMillis(10), ForwardingJournal.with(Map.of("deleteExpired", () -> {
                    attempts.incrementAndGet();
                    throw new UncheckedIOException(new IOException("bad sector"));
                })));
        add(pool, "a");
        await().until(() -> !store.counts().isEmpty());
        assertThat(attempts).hasPositiveValue();
    }

    @Test
    void closeWritesPendingViewsAndRejectsNewOnes() {
        PvPool pool = pool();
        add(pool, "a");
        pool.close();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
        assertRejected(Reason.CLOSED, pool, "a");
    }

    @Test
    void closeEndsInTimeWithoutStore() {
        PvPool pool = pool(flushedByHand().closeMillis(100));
        add(pool, "a");
        store.failWith(Fault.NOT_APPLIED);
        pool.close();
        assertThat(pool.snapshot().pendingViews()).isEqualTo(1);
    }

    @Test
    void concurrentWritersAndReaderAgree() throws Exception {
        PvPool pool = pool(PvPoolConfig.builder().flushMillis(10).chunkRows(7));
        int writers = 4;
        int rounds = 5000;
        ExecutorService executor = Executors.newFixedThreadPool(writers + 1);
        AtomicBoolean done = new AtomicBoolean();
        Future<Integer> reader = executor.submit(() -> {
            long last = 0;
            int reads = 0;
            while (!done.get()) {
                long now = pool.counts(List.of("7")).get("7");
                assertThat(now).isGreaterThanOrEqualTo(last);
                last = now;
                reads++;
            }
            return reads;
        });
        List<Future<?>> all = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            all.add(executor.submit(() -> {
                for (int r = 0; r < rounds; r++) {
                    add(pool, ids(r % 40, r % 40 + 10));
                }
            }));
        }
        for (Future<?> writer : all) {
            writer.get();
        }
        done.set(true);
        assertThat(reader.get()).isPositive();
        executor.shutdown();
        pool.close();
        long sum = store.counts().values().stream().mapToLong(Long::longValue).sum();
        assertThat(sum).isEqualTo((long) writers * rounds * 10);
        PvPoolSnapshot snapshot = pool.snapshot();
        assertThat(snapshot.acceptedViews()).isEqualTo(sum);
        assertThat(snapshot.writtenViews()).isEqualTo(sum);
        assertThat(snapshot.pendingViews()).isZero();
        assertThat(snapshot.pendingItems()).isZero();
    }

    @Test
    void closeUnderLoadCountsExactlyTheAcceptedViews() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        for (int round = 0; round < 20; round++) {
            MemoryStore fresh = new MemoryStore();
            PvPool pool = PvPool.builder()
                    .store(fresh)
                    .config(PvPoolConfig.builder().flushMillis(10).build())
                    .build();
            List<Future<Long>> writers = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                writers.add(executor.submit(() -> addUntilRejected(pool, "a")));
            }
            while (pool.snapshot().acceptedRequests() < 100) {
                Thread.onSpinWait();
            }
            pool.close();
            long accepted = 0;
            for (Future<Long> writer : writers) {
                accepted += writer.get();
            }
            assertThat(fresh.counts().getOrDefault("a", 0L)).isEqualTo(accepted);
        }
        executor.shutdown();
    }

    private static void flush(PvPool pool) {
        try {
            pool.flush();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    @Test
    void storeThatIsSetBackIsAnAlarmWithoutJournal() throws Exception {
        PvPool pool = pool(flushedByHand().chunkRows(1));
        Runnable restore = store.backup();
        add(pool, "a", "b", "b");
        pool.flush();
        restore.run();
        add(pool, "c");
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("c", 1L));
        assertThat(pool.snapshot().missingViews()).isEqualTo(3);
        assertThat(pool.snapshot().pendingViews()).isZero();
        assertThat(pool.snapshot().pendingItems()).isZero();
        assertThat(pool.counts(List.of("a", "c"))).isEqualTo(Map.of("a", 0L, "c", 1L));
    }

    @Test
    void storeThatIsSetBackWhileSegmentIsWrittenLosesNothingOfIt() throws Exception {
        PvPool pool = pool(flushedByHand().chunkRows(1));
        add(pool, "a", "b", "b", "c");
        AtomicInteger commits = new AtomicInteger();
        Runnable restore = store.backup();
        store.afterEachCommit(() -> {
            if (commits.incrementAndGet() == 2) {
                restore.run();
            }
        });
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 2L, "c", 1L));
        assertThat(pool.snapshot().takenBackViews()).isEqualTo(3);
        assertThat(pool.snapshot().missingViews()).isZero();
        assertThat(pool.snapshot().pendingViews()).isZero();
        assertThat(pool.snapshot().pendingItems()).isZero();
    }

    @Test
    void errorInStoreKeepsTheBatch() throws Exception {
        PvPool pool = pool();
        add(pool, "a");
        store.afterEachCommit(() -> {
            throw new OutOfMemoryError("in the driver");
        });
        assertThat(pool.flush()).isFalse();
        store.afterEachCommit(null);
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
        assertThat(pool.snapshot().flush().alreadyAppliedChunks()).isEqualTo(1);
    }
}
