package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.addUntilRejected;
import static io.github.doorbuster.pvpool.TestPools.assertRejected;
import static io.github.doorbuster.pvpool.TestPools.flushedByHand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.Chunks;
import io.github.doorbuster.pvpool.FakeClock;
import io.github.doorbuster.pvpool.MemoryStore;
import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.OwnThreads;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.ViewJournal;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileJournalTest {

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

    private PvPool pool(PvPoolConfig.Builder config, JournalConfig.Builder journal) {
        PvPool pool = TestPools.builder(clock)
                .store(store)
                .journal(new FileJournal(journal.journalDir(folder).build(), disk, clock))
                .config(config.closeMillis(200).build())
                .build();
        pools.add(pool);
        return pool;
    }

    private PvPool pool(PvPoolConfig.Builder config) {
        return pool(config, JournalConfig.builder());
    }

    private PvPool pool(JournalConfig.Builder journal) {
        return pool(flushedByHand(), journal);
    }

    private PvPool pool() {
        return pool(flushedByHand());
    }

    private static JournalConfig.Builder smallJournal() {
        return JournalConfig.builder().segmentBytes(64 << 10).journalMaxBytes(64 << 10);
    }

    /** Copies the folder as a killed process would leave it. The next pool uses the copy. */
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

    @Test
    void flushWritesViewsAndDeletesSegment() throws Exception {
        PvPool pool = pool();
        assertThat(add(pool, "a", "b", "a")).isEqualTo(3);
        assertThat(segments()).hasSize(1);
        assertThat(pool.counts(List.of("a"))).containsEntry("a", 2L);
        assertThat(pool.flush()).isTrue();
        assertThat(segments()).isEmpty();
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L));
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
        assertThat(next.snapshot().flush().alreadyAppliedChunks()).isEqualTo(2);
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
    void failedFsyncRejectsOnlyItsViews() throws Exception {
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
        store.failWith(Fault.NOT_APPLIED);
        assertThat(pool.snapshot().journal()).containsEntry("failures", 2L);
    }

    @Test
    void unsealedSegmentIsNotWritten() throws Exception {
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
    void fullDiskRejectsViewsAndSealsSegment() throws Exception {
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
    void damagedSegmentIsQuarantined() throws Exception {
        PvPool killed = pool();
        add(killed, "a");
        add(killed, "b");
        store.failWith(Fault.NOT_APPLIED);
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
        PvPool later = pool(PvPoolConfig.builder().flushMillis(10));
        assertThat(later.snapshot().journal()).containsEntry("quarantined", 1);
        Files.delete(aside);
        await().until(() -> later.snapshot().journal().get("quarantined").equals(0));
    }

    @Test
    void oldSegmentIsQuarantined() throws Exception {
        PvPool killed = pool();
        add(killed, "a");
        store.failWith(Fault.NOT_APPLIED);
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
    void repeatedKeyCountsOnceAcrossCrash() throws Exception {
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
    void keyOutlivesSegment() throws Exception {
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
    void expiredKeysMakeRoomInFullJournal() throws Exception {
        PvPool pool = pool(PvPoolConfig.builder().flushMillis(10), smallJournal());
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
    void errorInCallbackFailsItsRequestAlone() throws Exception {
        FileJournal journal =
                new FileJournal(JournalConfig.builder().journalDir(folder).build(), disk, clock);
        AtomicInteger segment = new AtomicInteger();
        journal.start(listener(() -> Chunks.newSegment().substring(4) + "%04d".formatted(segment.incrementAndGet())));
        CompletableFuture<Boolean> first = append(journal, () -> {
            throw new OutOfMemoryError("no heap to fold");
        });
        assertThat(first.get()).isFalse();
        assertThat(append(journal, () -> {}).get()).isTrue();
        assertThat(journal.snapshot()).containsEntry("failures", 1L);
        journal.close(List.of());
    }

    @Test
    void errorInRollRejectsFromThenOn() throws Exception {
        FileJournal journal =
                new FileJournal(JournalConfig.builder().journalDir(folder).build(), disk, clock);
        AtomicInteger calls = new AtomicInteger();
        journal.start(listener(() -> {
            if (calls.incrementAndGet() > 1) {
                throw new OutOfMemoryError("no heap to collect");
            }
            return Chunks.newSegment();
        }));
        assertThat(append(journal, () -> {}).get()).isTrue();
        assertThat(journal.rollSegment().handle((done, e) -> e).get()).isInstanceOf(RejectedException.class);
        assertThat(append(journal, () -> {}).get()).isFalse();
        assertThat(journal.rollSegment().handle((done, e) -> e).get()).isInstanceOf(RejectedException.class);
        journal.stop().get();
        journal.close(List.of());
        FolderLock.of(folder).close();
    }

    private static CompletableFuture<Boolean> append(FileJournal journal, Runnable durable) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        journal.append(new Views(List.of("a")), new ViewJournal.AppendCallback() {
            @Override
            public void durable() {
                durable.run();
                result.complete(true);
            }

            @Override
            public void failed(RejectedException cause) {
                result.complete(false);
            }
        });
        return result;
    }

    private static ViewJournal.Listener listener(Supplier<String> nextSegment) {
        return new ViewJournal.Listener() {
            @Override
            public String nextSegment() {
                return nextSegment.get();
            }

            @Override
            public void segmentSealed(String segment) {}

            @Override
            public int chunkRows() {
                return 1000;
            }

            @Override
            public long idempotencyMillis() {
                return 0;
            }

            @Override
            public void keyRecovered(Views views, long acceptedAtMillis) {}
        };
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
}
