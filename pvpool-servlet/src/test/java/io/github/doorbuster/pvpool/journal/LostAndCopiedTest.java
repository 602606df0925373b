package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.add;
import static io.github.doorbuster.pvpool.TestPools.assertRejected;
import static io.github.doorbuster.pvpool.TestPools.flushedByHand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.PvStore.Claim;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.TestPools;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A store that has lost transactions, and copies of a folder. */
class LostAndCopiedTest extends PoolsOnFolders {

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
    void poolThatWaitsForOneJournalNoticesThatAnotherWasTakenOver() throws Exception {
        add(pool(), "a");
        crash();
        List<String> claimed = new ArrayList<>();
        PvStore flaky = mock(PvStore.class, delegatesTo(store));
        doAnswer(call -> {
                    Claim claim = call.getArgument(0);
                    claimed.add(claim.journal());
                    store.failWith(claimed.size() == 2 ? Fault.NOT_APPLIED : null);
                    return store.claim(claim);
                })
                .when(flaky)
                .claim(any());
        PvPool waiting = TestPools.builder(clock)
                .store(flaky)
                .journal(new FileJournal(
                        JournalConfig.builder().journalDir(folder).build(),
                        disk,
                        clock,
                        clock::nanoTime,
                        () -> "f".repeat(32), // claimed last
                        null))
                .config(flushedByHand().closeMillis(200).build())
                .build();
        pools.add(waiting);
        store.failWith(null);
        store.rowsAreIdleFor(0);
        for (String journal : claimed) {
            store.claim(new Claim(journal, "other", store.row(journal).orElse(null), true, 1000));
        }
        TestPools.flushAtInterval(waiting);
        assertThat(waiting.snapshot().fenced()).isTrue();
    }
}
