package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.addUntilRejected;
import static io.github.doorbuster.pvpool.TestPools.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.Views;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a journal does when its disk or the pool fails. */
class JournalFaultsTest extends PoolsOnFolders {

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
    void damagedSegmentLeavesNothingInTheTotals() throws Exception {
        PvPool pool = pool();
        store.failWith(Fault.NOT_APPLIED);
        for (String id : List.of("first", "damaged", "third", "fourth")) {
            add(pool, id, "all");
            assertThat(pool.flush()).isFalse();
        }
        assertThat(pool.counts(List.of("all"))).containsEntry("all", 4L);
        Path file = segments().get(1);
        byte[] bytes = Files.readAllBytes(file);
        bytes[SegmentFormat.HEADER_BYTES + SegmentFormat.RECORD_BYTES + 3] ^= 1;
        Files.write(file, bytes);
        store.failWith(null);
        assertThat(pool.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("first", 1L, "third", 1L, "fourth", 1L, "all", 3L));
        assertThat(pool.counts(List.of("damaged", "all"))).isEqualTo(Map.of("damaged", 0L, "all", 3L));
        assertThat(pool.snapshot().pendingItems()).isZero();
        assertThat(pool.snapshot().pendingViews()).isZero();
        assertThat(pool.snapshot().journal()).containsEntry("quarantined", 1);
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
}
