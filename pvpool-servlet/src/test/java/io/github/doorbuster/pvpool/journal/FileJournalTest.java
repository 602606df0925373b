package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.addUntilRejected;
import static io.github.doorbuster.pvpool.TestPools.assertRejected;
import static io.github.doorbuster.pvpool.TestPools.flushedByHand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.FakeClock;
import io.github.doorbuster.pvpool.MemoryStore;
import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.OwnThreads;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.StoreException;
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
import java.util.stream.IntStream;
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
        return pool(TestPools.builder(clock), config, journal);
    }

    private PvPool pool(PvPool.Builder builder) {
        return pool(builder, flushedByHand(), JournalConfig.builder());
    }

    private PvPool pool(PvPool.Builder builder, PvPoolConfig.Builder config, JournalConfig.Builder journal) {
        PvPool pool = builder.store(store)
                .journal(new FileJournal(journal.journalDir(folder).build(), disk, clock, clock::nanoTime))
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
        return Disk.REAL.files(folder).stream()
                .filter(file -> file.toString().endsWith(".segment"))
                .toList();
    }

    private List<Path> retained() throws IOException {
        return Disk.REAL.files(folder).stream()
                .filter(file -> file.toString().endsWith(".applied"))
                .toList();
    }

    private static CompletableFuture<Integer> send(PvPool pool, Views views) {
        return pool.add(views).toCompletableFuture();
    }

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
        PvPool killed = pool(JournalConfig.builder().retainMinutes(0));
        send(killed, views).join();
        assertThat(killed.flush()).isTrue();
        assertThat(retained()).hasSize(1);
        crash();
        clock.advance(Duration.ofSeconds(59));
        PvPool next = pool(JournalConfig.builder().retainMinutes(0));
        assertThat(send(next, views).join()).isEqualTo(1);
        next.flush();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
        clock.advance(Duration.ofSeconds(2));
        expire(next);
        assertThat(retained()).isEmpty();
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

    private ViewJournal.Open journal(Runnable nextSegment) throws IOException {
        return new FileJournal(JournalConfig.builder().journalDir(folder).build(), disk, clock, clock::nanoTime)
                .open(new ViewJournal.Listener() {
                    @Override
                    public void nextSegment(ViewJournal.Segment next) {
                        nextSegment.run();
                    }

                    @Override
                    public void segmentSealed(ViewJournal.Segment segment) {}

                    @Override
                    public long idempotencyMillis() {
                        return 0;
                    }

                    @Override
                    public void keyRecovered(Views views, long acceptedAtMillis) {}
                });
    }

    @Test
    void errorInCallbackFailsItsRequestAlone() throws Exception {
        ViewJournal.Open journal = journal(() -> {});
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
        ViewJournal.Open journal = journal(() -> {
            throw new OutOfMemoryError("no heap to collect");
        });
        assertThat(append(journal, () -> {}).get()).isTrue();
        assertThat(journal.rollSegment().handle((done, e) -> e).get()).isInstanceOf(RejectedException.class);
        assertThat(append(journal, () -> {}).get()).isFalse();
        assertThat(journal.rollSegment().handle((done, e) -> e).get()).isInstanceOf(RejectedException.class);
        journal.stop().get();
        journal.close(List.of());
        FolderLock.of(folder).close();
    }

    private static CompletableFuture<Boolean> append(ViewJournal.Open journal, Runnable durable) {
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

    /** Lets the flusher delete what is no longer retained. */
    private static void expire(PvPool pool) {
        TestPools.flushAtInterval(pool);
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
    void segmentsThatTheDatabaseLostAreAppliedAgain() throws Exception {
        PvPool pool = pool(flushedByHand().chunkRows(1));
        add(pool, "a", "b");
        pool.flush();
        Runnable restore = store.backup();
        add(pool, "a", "c");
        pool.flush();
        add(pool, "d", "e");
        pool.flush();
        restore.run();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> pool.counts(List.of("a")))
                .withMessageContaining("lost transactions");
        add(pool, "f");
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 1L, "d", 1L, "e", 1L, "f", 1L));
        assertThat(pool.snapshot().takenBackViews()).isEqualTo(4);
        assertThat(pool.snapshot().missingViews()).isZero();
        assertThat(pool.snapshot().pendingViews()).isZero();
        assertThat(pool.snapshot().pendingItems()).isZero();
    }

    @Test
    void idlePoolNoticesThatTheDatabaseLostTransactions() throws Exception {
        PvPool pool = pool(PvPoolConfig.builder().flushMillis(10));
        Runnable restore = store.backup();
        add(pool, "a", "b");
        await().until(() -> store.counts().size() == 2);
        restore.run();
        await().until(() -> store.counts().size() == 2);
        assertThat(pool.snapshot().takenBackViews()).isEqualTo(2);
    }

    @Test
    void lossWhileDownIsNoticedAtStart() throws Exception {
        PvPool first = pool();
        add(first, "a");
        first.flush();
        Runnable restore = store.backup();
        add(first, "b");
        first.flush();
        first.close();
        restore.run();
        PvPool next = pool();
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void viewsOfEvictedSegmentsAreReportedAsMissing() throws Exception {
        PvPool pool = pool(JournalConfig.builder().retainMinutes(1));
        Runnable restore = store.backup();
        add(pool, "a", "a", "b");
        pool.flush();
        clock.advance(Duration.ofMinutes(1));
        expire(pool);
        add(pool, "c");
        pool.flush();
        restore.run();
        add(pool, "d");
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("c", 1L, "d", 1L));
        assertThat(pool.snapshot().missingViews()).isEqualTo(3);
        assertThat(pool.snapshot().pendingViews()).isZero();
    }

    @Test
    void retainedSegmentsMakeRoom() throws Exception {
        PvPool pool = pool(smallJournal());
        List<String> ids = Collections.nCopies(5000, "item");
        for (int i = 0; i < 10; i++) {
            add(pool, ids);
            assertThat(pool.flush()).isTrue();
        }
        assertThat(store.counts()).isEqualTo(Map.of("item", 50_000L));
        assertThat((Long) pool.snapshot().journal().get("bytes")).isLessThanOrEqualTo(64 << 10);
    }

    @Test
    void copyOfLiveFolderIsRefused() throws Exception {
        PvPool live = pool();
        add(live, "a");
        store.rowsAreIdleFor(0);
        crash();
        add(live, "b");
        AtomicInteger pauses = new AtomicInteger();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> pool(TestPools.builder(clock, millis -> {
                    if (pauses.incrementAndGet() == 3) {
                        live.flush();
                    }
                })))
                .withMessageContaining("another process owns the journal")
                .withMessageContaining("takeOver=true");
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void takeOverFencesTheLivePool() throws Exception {
        PvPool live = pool();
        add(live, "a");
        store.rowsAreIdleFor(0);
        crash();
        PvPool next = pool(flushedByHand().takeOver(true));
        assertThat(next.flush()).isTrue();
        add(live, "b");
        assertThat(live.flush()).isFalse();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
        assertThat(live.snapshot().fenced()).isTrue();
        assertRejected(Reason.FENCED, live, "c");
        live.close();
        assertThat(folder.resolveSibling("journal")).isNotEmptyDirectory();
    }

    @Test
    void viewsAfterTheCopyThatTookOverAreCounted() throws Exception {
        PvPool stalled = pool();
        add(stalled, "a", "c");
        Path original = folder;
        crash();
        Path copy = folder;
        add(stalled, "b", "a");
        add(stalled, "c", "d");
        PvPool next = pool(flushedByHand().takeOver(true));
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "c", 1L));
        assertThat(stalled.flush()).isFalse();
        stalled.close();
        next.close();
        folder = original;
        PvPool again = pool(flushedByHand().takeOver(true).chunkRows(1));
        assertThat(again.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 2L, "d", 1L));
        assertThat(again.snapshot().missingViews()).isZero();
        assertThat(again.snapshot().pendingViews()).isZero();
        again.close();
        folder = copy;
        assertThat(pool(flushedByHand().takeOver(true)).flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 2L, "d", 1L));
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
