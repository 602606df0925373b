package io.github.doorbuster.pvpool.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.FakeClock;
import io.github.doorbuster.pvpool.MemoryStore;
import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.Views;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileJournalTest {

    private static final int NEVER = 3_600_000;

    @TempDir
    Path temporary;

    private final MemoryStore store = new MemoryStore();
    private final FaultyDisk disk = new FaultyDisk();
    private final FakeClock clock = new FakeClock();
    private final List<PvPool> pools = new ArrayList<>();
    private Path folder;
    private int crashes;

    @BeforeEach
    void nameFolder() {
        folder = temporary.resolve("journal");
    }

    @AfterEach
    void closePools() {
        store.failWith(null);
        store.afterEachCommit(null);
        disk.failForce = false;
        disk.full = false;
        pools.forEach(PvPool::close);
    }

    private PvPool pool(int chunkRows, JournalConfig.Builder journal) {
        return pool(NEVER, chunkRows, journal);
    }

    private PvPool pool(int flushMillis, int chunkRows, JournalConfig.Builder journal) {
        PvPool pool = TestPools.builder(clock)
                .store(store)
                .journal(new FileJournal(journal.journalDir(folder).build(), disk, clock))
                .config(PvPoolConfig.builder()
                        .flushMillis(flushMillis)
                        .chunkRows(chunkRows)
                        .closeMillis(200)
                        .build())
                .build();
        pools.add(pool);
        return pool;
    }

    private PvPool pool() {
        return pool(1000, JournalConfig.builder());
    }

    /** What a kill would leave: a copy of the folder as it is now, which the next pool takes over. */
    private void crash() throws IOException {
        Path copy = temporary.resolve("crash" + ++crashes);
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        folder = copy;
    }

    private List<Path> segments() throws IOException {
        return JournalDirectory.files(folder);
    }

    private static CompletableFuture<Integer> send(PvPool pool, Views views) {
        return pool.add(views).toCompletableFuture();
    }

    private static int add(PvPool pool, String... ids) {
        return send(pool, new Views(List.of(ids))).join();
    }

    private static void assertRejected(Reason reason, PvPool pool, String... ids) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> add(pool, ids))
                .havingCause()
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void acceptedViewsAreWrittenAndTheirSegmentIsDeleted() throws Exception {
        PvPool pool = pool();
        assertThat(add(pool, "a", "b", "a")).isEqualTo(3);
        assertThat(segments()).hasSize(1);
        assertThat(pool.counts(List.of("a"))).containsEntry("a", 2L);
        assertThat(pool.flush()).isTrue();
        assertThat(segments()).isEmpty();
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L));
    }

    @Test
    void whatWasAcceptedBeforeACrashIsWrittenAfterIt() throws Exception {
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
    void chunksAppliedBeforeACrashAreNotAppliedAgainWhateverTheChunkSizeIsNow() throws Exception {
        PvPool killed = pool(2, JournalConfig.builder());
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
        PvPool next = pool(3, JournalConfig.builder());
        assertThat(next.counts(List.of("a", "b", "c", "d", "e")).values()).containsOnly(1L);
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).hasSize(5).containsValue(1L);
        assertThat(store.counts().values()).containsOnly(1L);
        assertThat(next.snapshot().flush().alreadyAppliedChunks()).isEqualTo(2);
    }

    @Test
    void aCrashDuringRecoveryLosesNothing() throws Exception {
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
    void aFailedFsyncRejectsItsViewsAndKeepsEarlierAndLaterOnes() throws Exception {
        PvPool pool = pool();
        add(pool, "before");
        disk.failForce = true;
        assertRejected(Reason.JOURNAL_FAILED, pool, "rejected");
        assertRejected(Reason.JOURNAL_FAILED, pool, "rejected");
        disk.failForce = false;
        add(pool, "after");
        crash();
        PvPool next = pool();
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("before", 1L, "after", 1L));
        store.failWith(Fault.NOTHING_DONE);
        assertThat(pool.snapshot().journal()).containsEntry("failures", 2L);
    }

    @Test
    void viewsOfASegmentThatCannotBeSealedWaitUntilItCan() throws Exception {
        PvPool pool = pool();
        add(pool, "before");
        disk.failForce = true;
        assertRejected(Reason.JOURNAL_FAILED, pool, "rejected");
        assertThat(pool.flush()).isFalse();
        assertThat(store.counts()).isEmpty();
        assertThat(pool.counts(List.of("before"))).containsEntry("before", 1L);
        disk.failForce = false;
        add(pool, "after");
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("before", 1L, "after", 1L));
    }

    @Test
    void aFullDiskRejectsViewsAndStillSealsWhatItHas() throws Exception {
        PvPool pool = pool();
        add(pool, "a");
        disk.full = true;
        String[] many = Collections.nCopies(5000, "a").toArray(new String[0]);
        long accepted = 1 + addUntilRejected(pool, many);
        assertThat(accepted).isGreaterThan(1);
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", accepted));
        assertRejected(Reason.JOURNAL_FAILED, pool, "a");
        disk.full = false;
        add(pool, "a");
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", accepted + 1));
        assertThat(segments()).isEmpty();
    }

    @Test
    void beyondTheQuotaViewsAreRejectedUntilTheStoreTakesThem() throws Exception {
        PvPool pool = pool(1000, JournalConfig.builder().segmentBytes(64 << 10).journalMaxBytes(64 << 10));
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
    void aFullSegmentIsFollowedByAnother() throws Exception {
        PvPool pool = pool(1000, JournalConfig.builder().segmentBytes(64 << 10));
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
    void aDamagedSegmentIsSetAsideAndTheOthersAreWritten() throws Exception {
        PvPool killed = pool();
        add(killed, "a");
        add(killed, "b");
        store.failWith(Fault.NOTHING_DONE);
        killed.flush();
        Path damaged = segments().get(0);
        add(killed, "c");
        crash();
        Path file = folder.resolve(damaged.getFileName());
        byte[] bytes = Files.readAllBytes(file);
        bytes[SegmentFormat.HEADER_BYTES + SegmentFormat.RECORD_BYTES + 3] ^= 1;
        Files.write(file, bytes);
        store.failWith(null);
        PvPool next = pool();
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("c", 1L));
        assertThat(next.snapshot().journal()).containsEntry("quarantined", 1);
        Path aside = folder.resolve("quarantine").resolve(file.getFileName());
        assertThat(aside).hasBinaryContent(bytes);
        next.close();
        PvPool later = pool(10, 1000, JournalConfig.builder());
        assertThat(later.snapshot().journal()).containsEntry("quarantined", 1);
        Files.delete(aside);
        await().until(() -> later.snapshot().journal().get("quarantined").equals(0));
    }

    @Test
    void aSealedSegmentOlderThanTheLedgerIsSetAside() throws Exception {
        PvPool killed = pool();
        add(killed, "a");
        store.failWith(Fault.NOTHING_DONE);
        killed.flush();
        crash();
        store.failWith(null);
        clock.advance(Duration.ofDays(26));
        PvPool next = pool();
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEmpty();
        assertThat(next.snapshot().journal()).containsEntry("quarantined", 1);
    }

    @Test
    void requestsThatWaitForTheDiskShareOneFsync() {
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
    void aFolderBelongsToOnePoolAtATime() {
        PvPool first = pool();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(this::pool)
                .withMessageContaining("in use");
        first.close();
        add(pool(), "a");
    }

    @Test
    void aRepeatedKeyIsNotCountedAgainNotEvenAfterACrash() throws Exception {
        Views views = new Views(List.of("a", "b"), "key-1");
        PvPool killed = pool();
        assertThat(send(killed, views).join()).isEqualTo(2);
        assertThat(send(killed, views).join()).isEqualTo(2);
        crash();
        PvPool next = pool();
        assertThat(send(next, views).join()).isEqualTo(2);
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void aKeyOutlivesItsSegment() throws Exception {
        Views views = new Views(List.of("a"), "key-1");
        PvPool killed = pool();
        send(killed, views).join();
        assertThat(killed.flush()).isTrue();
        assertThat(segments()).singleElement().asString().endsWith(".done");
        crash();
        clock.advance(Duration.ofSeconds(59));
        PvPool next = pool();
        assertThat(send(next, views).join()).isEqualTo(1);
        next.flush();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
        crash();
        clock.advance(Duration.ofSeconds(2));
        pool();
        assertThat(segments()).isEmpty();
    }

    @Test
    @Timeout(30)
    void keysThatHaveRunOutMakeRoomInAFullJournal() throws Exception {
        PvPool pool =
                pool(10, 1000, JournalConfig.builder().segmentBytes(64 << 10).journalMaxBytes(64 << 10));
        List<String> ids = Collections.nCopies(5000, "item");
        send(pool, new Views(ids, "key-1")).join();
        send(pool, new Views(ids, "key-2")).join();
        pool.flush();
        assertRejected(Reason.JOURNAL_FULL, pool, ids.toArray(new String[0]));
        clock.advance(Duration.ofSeconds(61));
        await().until(() -> pool.snapshot().journal().get("bytes").equals(0L));
        assertThat(segments()).isEmpty();
        assertThat(send(pool, new Views(ids, "key-1")).join()).isEqualTo(5000);
    }

    @Test
    void closingAnswersEveryRequestAndLeavesNoThread() throws Exception {
        PvPool pool = pool();
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
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("doorbuster-pvpool-journal");
    }

    @Test
    void closingWithTheStoreAwayLeavesTheRestToTheNextStart() throws Exception {
        PvPool first = pool();
        add(first, "a", "b");
        store.failWith(Fault.ANSWER_LOST);
        first.close();
        store.failWith(null);
        PvPool next = pool();
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    private static long addUntilRejected(PvPool pool, String... ids) {
        for (long accepted = 0; ; accepted += ids.length) {
            try {
                add(pool, ids);
            } catch (CompletionException e) {
                return accepted;
            }
        }
    }
}
