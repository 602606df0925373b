package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.addUntilRejected;
import static io.github.doorbuster.pvpool.TestPools.assertRejected;
import static io.github.doorbuster.pvpool.TestPools.flushedByHand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.OwnThreads;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.Views;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FileJournalTest extends PoolsOnFolders {

    @Test
    void flushWritesViewsAndRetainsSegmentForSomeTime() throws Exception {
        PvPool pool = pool();
        assertThat(add(pool, "a", "b", "a")).isEqualTo(3);
        assertThat(segments()).hasSize(1);
        assertThat(pool.counts(List.of("a"))).containsEntry("a", 2L);
        assertThat(pool.flush()).isTrue();
        assertThat(segments()).isEmpty();
        assertThat(retained()).hasSize(1);
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L));
        clock.advance(Duration.ofMinutes(9));
        pool.flush();
        expire(pool);
        assertThat(retained()).hasSize(1);
        clock.advance(Duration.ofMinutes(1));
        expire(pool);
        assertThat(retained()).isEmpty();
    }

    @Test
    void viewsSurviveCrash() throws Exception {
        PvPool killed = pool();
        add(killed, "a", "b");
        add(killed, "a");
        crash();
        PvPool next = pool();
        assertThat(next.counts(List.of("a", "b"))).isEqualTo(Map.of("a", 2L, "b", 1L));
        add(next, "a");
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 3L, "b", 1L));
        assertThat(next.snapshot().recoveredViews()).isEqualTo(3);
        assertThat(next.snapshot().pendingViews()).isZero();
    }

    @Test
    void chunksAppliedBeforeCrashAreNotAppliedAgain() throws Exception {
        PvPool killed = pool(flushedByHand().chunkRows(2));
        add(killed, "a", "b", "c", "d", "e");
        CountDownLatch two = new CountDownLatch(2);
        store.afterEachCommit(() -> {
            two.countDown();
            if (two.getCount() == 0) {
                throw new IllegalStateException("killed after the second chunk");
            }
        });
        assertThat(killed.flush()).isFalse();
        store.afterEachCommit(null);
        crash();
        PvPool next = pool(flushedByHand().chunkRows(3));
        assertThat(next.counts(List.of("a", "b", "c", "d", "e")).values()).containsOnly(1L);
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).hasSize(5).containsValue(1L);
        assertThat(store.counts().values()).containsOnly(1L);
        assertThat(next.snapshot().flush().alreadyAppliedChunks()).isPositive();
    }

    @Test
    void partlyWrittenSegmentIsReadableAfterTheClockWentBack() throws Exception {
        PvPool first = pool(flushedByHand().chunkRows(1));
        add(first, "a", "b");
        store.afterEachCommit(() -> store.failWith(Fault.NOT_APPLIED));
        assertThat(first.flush()).isFalse();
        store.afterEachCommit(null);
        crash();
        clock.advance(Duration.ofHours(-2));
        add(pool(), "c");
        crash();
        store.failWith(null);
        assertThat(pool().counts(List.of("a", "b", "c"))).isEqualTo(Map.of("a", 1L, "b", 1L, "c", 1L));
    }

    @Test
    void crashDuringRecoveryLosesNothing() throws Exception {
        add(pool(), "a", "b");
        crash();
        disk.failForce = true;
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(this::pool);
        crash();
        disk.failForce = false;
        assertThat(pool().flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void fullJournalRejectsViewsUntilFlush() throws Exception {
        PvPool pool = pool(smallJournal());
        String[] ids = new String[600];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = "x".repeat(60) + i;
        }
        add(pool, ids);
        assertRejected(Reason.JOURNAL_FULL, pool, ids);
        assertThat(pool.flush()).isTrue();
        assertThat(add(pool, ids)).isEqualTo(600);
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).hasSize(600).containsEntry(ids[0], 2L);
    }

    @Test
    void fullSegmentIsFollowedByAnother() throws Exception {
        PvPool pool = pool(JournalConfig.builder().segmentBytes(64 << 10));
        for (int i = 0; i < 300; i++) {
            add(pool, "x".repeat(60) + i % 7, "y".repeat(60), "z".repeat(60), "a".repeat(60), "b".repeat(60));
        }
        assertThat(segments()).hasSizeGreaterThan(1);
        crash();
        PvPool next = pool();
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).containsEntry("y".repeat(60), 300L);
        assertThat(store.counts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1500);
    }

    @Test
    void concurrentRequestsShareFsync() {
        PvPool pool = pool();
        CountDownLatch hold = new CountDownLatch(1);
        disk.holdForce = hold;
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(send(pool, new Views(List.of("a"))));
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        disk.holdForce = null;
        hold.countDown();
        waiting.forEach(CompletableFuture::join);
        assertThat(disk.forces.get()).isLessThan(10);
    }

    @Test
    void folderIsLocked() {
        PvPool first = pool();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(this::pool)
                .withMessageContaining("in use");
        first.close();
        add(pool(), "a");
    }

    @Test
    void closeAnswersEveryRequestAndEndsThreads() throws Exception {
        OwnThreads threads = new OwnThreads();
        PvPool pool = threads.call(() -> pool());
        assertThat(threads.ofPool()).containsExactly("doorbuster-pvpool-flusher", "doorbuster-pvpool-journal");
        ExecutorService executor = Executors.newFixedThreadPool(4);
        List<Future<Long>> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            writers.add(executor.submit(() -> addUntilRejected(pool, "a")));
        }
        await().until(() -> pool.snapshot().acceptedRequests() >= 50);
        pool.close();
        long accepted = 0;
        for (Future<Long> writer : writers) {
            accepted += writer.get();
        }
        executor.shutdown();
        assertThat(store.counts()).containsEntry("a", accepted);
        assertThat(segments()).isEmpty();
        await().until(() -> threads.ofPool().isEmpty());
    }

    @Test
    void nextStartWritesWhatCloseCouldNot() throws Exception {
        PvPool first = pool();
        add(first, "a", "b");
        store.failWith(Fault.APPLIED_ANSWER_LOST);
        first.close();
        store.failWith(null);
        PvPool next = pool();
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void interruptedCloseReleasesFolder() throws Exception {
        PvPool pool = pool();
        add(pool, "a");
        store.failWith(Fault.NOT_APPLIED);
        Thread.currentThread().interrupt();
        pool.close();
        assertThat(Thread.interrupted()).isTrue();
        store.failWith(null);
        assertThat(pool().flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
    }

    @Test
    void answeredRequestIsDroppedBeforeItIsWritten() throws Exception {
        PvPool pool = pool();
        CountDownLatch hold = new CountDownLatch(1);
        disk.holdForce = hold;
        CompletableFuture<Integer> written = send(pool, new Views(List.of("a")));
        await().until(() -> disk.forces.get() == 1);
        CompletableFuture<Integer> queued = send(pool, new Views(List.of("b"), "key"));
        queued.cancel(false);
        CompletableFuture<Integer> late = send(pool, new Views(List.of("c"), "late"));
        disk.holdForce = null;
        hold.countDown();
        assertThat(written.get()).isEqualTo(1);
        assertThat(late.get()).isEqualTo(1);
        assertThat(send(pool, new Views(List.of("b"), "key")).get()).isEqualTo(1);
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L, "c", 1L));
        assertThat(pool.snapshot().rejectedRequests()).containsEntry("cancelled", 1L);
        assertThat(pool.snapshot().pendingItems()).isZero();
    }

    @Test
    void outageTakesOneTotalPerItemHoweverManySegmentsWait() throws Exception {
        PvPool pool = pool(
                flushedByHand().flushItems(1_000_000), JournalConfig.builder().segmentBytes(64 << 10));
        store.failWith(Fault.NOT_APPLIED);
        List<String> ids = IntStream.range(0, 1000).mapToObj(i -> "item" + i).toList();
        for (int i = 0; i < 150; i++) {
            add(pool, ids);
            if (i % 40 == 0) {
                pool.flush();
            }
        }
        pool.flush();
        assertThat(segments()).hasSizeGreaterThan(10);
        assertThat(pool.snapshot().pendingItems()).isEqualTo(1000);
        assertThat(pool.counts(List.of("item7"))).containsEntry("item7", 150L);
        crash();
        PvPool next = pool();
        assertThat(next.snapshot().pendingItems()).isEqualTo(1000);
        assertThat(next.counts(List.of("item7"))).containsEntry("item7", 150L);
        store.failWith(null);
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).hasSize(1000);
        assertThat(store.counts().values()).containsOnly(150L);
        assertThat(next.snapshot().pendingItems()).isZero();
        assertThat(next.snapshot().pendingViews()).isZero();
    }

    @Test
    void restartAboveMaxPendingItemsDrainsAndRejects() throws Exception {
        PvPool killed = pool(JournalConfig.builder().segmentBytes(64 << 10));
        for (int i = 0; i < 20; i++) {
            int from = i * 500;
            add(
                    killed,
                    IntStream.range(from, from + 500)
                            .mapToObj(n -> "a-long-item-id-" + n)
                            .toList());
        }
        crash();
        store.failWith(Fault.NOT_APPLIED);
        PvPool next = pool(flushedByHand().maxPendingItems(1000));
        assertRejected(Reason.POOL_FULL, next, "x");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> next.counts(List.of("x")))
                .withMessageContaining("recovered");
        store.failWith(null);
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).hasSize(10_000);
        assertThat(store.counts().values()).containsOnly(1L);
        add(next, "x");
        assertThat(next.counts(List.of("x"))).containsEntry("x", 1L);
    }

    @Test
    void machineThatBootsIn1970CountsEverything() throws Exception {
        add(pool(), "a");
        crash();
        clock.advance(Duration.ofDays(-20_000));
        add(pool(), "b");
        crash();
        clock.advance(Duration.ofDays(40_000));
        assertThat(pool().flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
        assertThat(pools.get(2).snapshot().journal()).containsEntry("quarantined", 0);
    }
}
