package io.github.doorbuster.pvpool.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.MemoryStore;
import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.TestPools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillJournalTest {

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();

    private PvPool pool(int chunkRows) {
        return PvPool.builder()
                .store(store)
                .journal(Journals.of(JournalConfig.builder().spillDir(folder).build()))
                .config(TestPools.flushedByHand()
                        .chunkRows(chunkRows)
                        .closeMillis(100)
                        .build())
                .build();
    }

    private List<Path> segments() throws IOException {
        return Disk.REAL.files(folder).stream().filter(SegmentFile::isSegment).toList();
    }

    @Test
    void nextStartWritesWhatCloseCouldNot() throws Exception {
        PvPool first = pool(1);
        TestPools.add(first, "a", "b", "a");
        store.failWith(Fault.NOT_APPLIED);
        first.close();
        assertThat(segments()).hasSize(1);
        store.failWith(null);
        try (PvPool next = pool(2)) {
            assertThat(next.counts(List.of("a"))).containsEntry("a", 2L);
            assertThat(next.flush()).isTrue();
        }
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L));
        assertThat(segments()).isEmpty();
    }

    @Test
    void chunkIsAppliedOnceWhenAnswerIsLost() throws Exception {
        PvPool first = pool(1);
        TestPools.add(first, "a", "b");
        store.failWith(Fault.APPLIED_ANSWER_LOST);
        first.flush();
        first.close();
        PvPool second = pool(1);
        second.close();
        store.failWith(null);
        try (PvPool third = pool(1)) {
            assertThat(third.flush()).isTrue();
        }
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void closeLeavesNothingOnDiskIfAllIsWritten() throws Exception {
        PvPool pool = pool(10);
        TestPools.add(pool, "a");
        pool.close();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
        assertThat(segments()).isEmpty();
    }

    @Test
    void closeKeepsWhatBlockedFlusherHasNotTaken() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch hold = new CountDownLatch(1);
        store.afterEachCommit(() -> {
            blocked.countDown();
            awaitUninterruptibly(hold);
        });
        PvPool pool = pool(1);
        TestPools.add(pool, "a", "b");
        ExecutorService executor = Executors.newFixedThreadPool(2);
        Future<Boolean> flush = executor.submit(pool::flush);
        blocked.await();
        Future<Boolean> waiting = executor.submit(pool::flush);
        TestPools.add(pool, "a", "c", "d");
        pool.close();
        store.afterEachCommit(null);
        hold.countDown();
        assertThat(flush.get()).isFalse();
        assertThat(waiting.get()).isFalse();
        assertThat(store.counts()).as("the flusher writes nothing after close").isEqualTo(Map.of("a", 1L));
        try (PvPool next = pool(1)) {
            assertThat(next.flush()).isTrue();
        }
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 1L, "d", 1L));
        executor.shutdown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // as a driver that does not react to interrupts
            }
        }
    }

    @Test
    void interruptedCloseSpills() throws Exception {
        PvPool first = pool(1);
        TestPools.add(first, "a", "b", "a");
        Thread.currentThread().interrupt();
        store.failWith(Fault.NOT_APPLIED);
        first.close();
        assertThat(Thread.interrupted()).isTrue();
        store.failWith(null);
        try (PvPool next = pool(2)) {
            assertThat(next.flush()).isTrue();
        }
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L));
    }
}
