package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.PvStore.Applied;
import io.github.doorbuster.pvpool.PvStore.Claim;
import io.github.doorbuster.pvpool.PvStore.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of every store. A subclass provides the store. */
@Timeout(120)
public abstract class PvStoreContract {

    private static final Buckets TOKYO = Buckets.of("hour,day", "Asia/Tokyo");
    private static final Instant EVENING = Instant.parse("2026-11-20T14:30:00Z");

    private PvStore store;

    /** A store with new, empty tables. */
    protected abstract PvStore emptyStore() throws Exception;

    /** Another store with the tables of the last {@link #emptyStore}, as another node has. */
    protected abstract PvStore sameTables() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = emptyStore();
    }

    private Map<String, Long> counts(String... ids) throws StoreException {
        return store.read(List.of(ids), Set.of()).counts();
    }

    @Test
    void addsToExistingCounts() throws Exception {
        Chunks.apply(store, Map.of("a", 2L, "b", 1L));
        Chunks.apply(store, Map.of("b", 5L, "c", 1L));
        assertThat(counts("a", "b", "c", "d")).isEqualTo(Map.of("a", 2L, "b", 6L, "c", 1L));
    }

    @Test
    void appliesChunkOnce() throws Exception {
        Chunks journal = Chunks.claimed(store);
        Chunk chunk = journal.next(Map.of("a", 2L));
        assertThat(store.apply(chunk).outcome()).isEqualTo(Outcome.APPLIED);
        for (PvStore again : List.of(store, sameTables())) {
            Applied applied = again.apply(chunk);
            assertThat(applied.outcome()).isEqualTo(Outcome.NOT_AS_EXPECTED);
            assertThat(applied.row()).isNotNull();
            assertThat(applied.row().position()).isEqualTo(chunk.after());
            assertThat(applied.row().isOwnedBy(journal.owner(), 1)).isTrue();
        }
        assertThat(counts("a")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void appliesChunksInTheirOrder() throws Exception {
        Chunks journal = Chunks.claimed(store);
        Chunk first = journal.next(Map.of("a", 1L));
        Chunk second = journal.next(Map.of("a", 1L));
        assertThat(store.apply(second).outcome()).isEqualTo(Outcome.NOT_AS_EXPECTED);
        store.apply(first);
        assertThat(store.apply(second).outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(counts("a")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void missingRowIsReported() throws Exception {
        Chunks journal = Chunks.claimed(store);
        store.release(journal.owner(), Set.of(journal.journal()), true);
        Applied applied = store.apply(journal.next(Map.of("a", 1L)));
        assertThat(applied.outcome()).isEqualTo(Outcome.NOT_AS_EXPECTED);
        assertThat(applied.row()).isNull();
        assertThat(store.row(journal.journal())).isEmpty();
        assertThat(counts("a")).isEmpty();
    }

    @Test
    void otherOwnerIsFenced() throws Exception {
        Chunks journal = Chunks.claimed(store);
        store.apply(journal.next(Map.of("a", 1L)));
        LedgerRow seen = store.row(journal.journal()).orElseThrow();
        Claim claim = new Claim(journal.journal(), "other", seen, true, 500);
        LedgerRow taken = sameTables().claim(claim);
        assertThat(taken.isOwnedBy("other", 2)).isTrue();
        assertThat(taken.position()).isEqualTo(journal.position());
        assertThat(taken.renewMillis()).isEqualTo(500);
        Applied fenced = store.apply(journal.next(Map.of("a", 1L)));
        assertThat(fenced.outcome()).isEqualTo(Outcome.NOT_AS_EXPECTED);
        assertThat(fenced.row()).isNotNull();
        assertThat(fenced.row().owner()).isEqualTo("other");
        assertThat(store.claim(new Claim(journal.journal(), "late", seen, true, 500))
                        .owner())
                .as("the row is not as the third process has seen it")
                .isEqualTo("other");
        assertThat(store.claim(new Claim(journal.journal(), "later", null, true, 500))
                        .owner())
                .isEqualTo("other");
        assertThat(counts("a")).isEqualTo(Map.of("a", 1L));
    }

    @Test
    void renewsRowsAtTheirPosition() throws Exception {
        Chunks journal = Chunks.claimed(store);
        Chunks other = Chunks.claimed(store);
        store.apply(journal.next(Map.of("a", 1L)));
        Map<String, Position> expected = Map.of(
                journal.journal(), journal.position(), other.journal(), other.position(), "none", Position.START);
        assertThat(store.renew(journal.owner(), expected)).isEqualTo(1);
        assertThat(store.renew(journal.owner(), Map.of(journal.journal(), Position.START)))
                .isZero();
        assertThat(store.row(journal.journal()).orElseThrow().idleMillis()).isLessThan(60_000);
    }

    @Test
    void releasedRowHasNoOwner() throws Exception {
        Chunks journal = Chunks.claimed(store);
        store.apply(journal.next(Map.of("a", 1L)));
        store.release("other", Set.of(journal.journal()), true);
        store.release(journal.owner(), Set.of(journal.journal()), false);
        LedgerRow row = store.row(journal.journal()).orElseThrow();
        assertThat(row.isReleased()).isTrue();
        assertThat(row.position()).isEqualTo(journal.position());
    }

    @Test
    void readReturnsPositions() throws Exception {
        Chunks journal = Chunks.claimed(store);
        store.apply(journal.next(Map.of("a", 1L, "z", 1L)));
        StoredCounts read = store.read(List.of("a"), Set.of(journal.journal(), "none"));
        assertThat(read.counts()).isEqualTo(Map.of("a", 1L));
        assertThat(read.positions()).isEqualTo(Map.of(journal.journal(), new Position(1, "z", 2)));
    }

    @Test
    void readOfNothingReturnsNothing() throws Exception {
        Chunks.apply(store, Map.of("a", 1L));
        StoredCounts read = store.read(List.of(), Set.of());
        assertThat(read.counts()).isEmpty();
        assertThat(read.positions()).isEmpty();
    }

    @Test
    void similarIdsAreDistinct() throws Exception {
        List<String> ids = List.of(
                "a",
                "A",
                "x".repeat(64),
                "9007199254740993",
                "9007199254740992",
                "1",
                "01",
                "'; --",
                "%",
                "?",
                "\\",
                "\\'",
                "{d'",
                "a-b_c.d:e",
                "X'61'");
        Map<String, Long> expected = new HashMap<>();
        ids.forEach(id -> expected.put(id, expected.size() + 1L));
        Map<String, Long> counts = new HashMap<>(expected);
        counts.put("m1", 100L);
        Chunks.apply(store, counts);
        assertThat(store.read(withId("0", ids), Set.of()).counts()).isEqualTo(expected);
    }

    private static List<String> withId(String id, List<String> ids) {
        List<String> all = new ArrayList<>(ids);
        all.add(id);
        return all;
    }

    @Test
    void setsAsideCountThatOverflows() throws Exception {
        Chunks.apply(store, Map.of("full", Long.MAX_VALUE));
        Chunks journal = Chunks.claimed(store);
        Chunk chunk = journal.next(Map.of("a", 1L, "b", 1L, "full", 7L, "g", 1L, "h", 1L));
        Applied applied = store.apply(chunk);
        assertThat(applied.setAsideRows()).isEqualTo(1);
        assertThat(applied.setAsideViews()).isEqualTo(7);
        assertThat(store.apply(chunk).outcome()).isEqualTo(Outcome.NOT_AS_EXPECTED);
        assertThat(counts("a", "b", "full", "g", "h"))
                .isEqualTo(Map.of("a", 1L, "b", 1L, "full", Long.MAX_VALUE, "g", 1L, "h", 1L));
    }

    @Test
    void countsInBucketsToo() throws Exception {
        store.prepare(TOKYO);
        List<Bucket> evening = TOKYO.at(EVENING.toEpochMilli());
        List<Bucket> night = TOKYO.at(EVENING.plus(Duration.ofHours(1)).toEpochMilli());
        assertThat(night.get(1)).as("the next day begins").isNotEqualTo(evening.get(1));
        Chunks journal = Chunks.claimed(store).in(evening);
        Chunk first = journal.next(Map.of("a", 1L, "b", 2L));
        store.apply(first);
        store.apply(first);
        store.apply(journal.next(Map.of("a", 3L)));
        store.apply(journal.in(night).next(Map.of("a", 5L)));
        StoredSeries hours = store.read(
                List.of("a", "b", "c"), List.of(evening.get(0), night.get(0)), Set.of(journal.journal(), "none"));
        assertThat(hours.counts())
                .isEqualTo(Map.of(
                        "a",
                        Map.of(millis(evening, 0), 4L, millis(night, 0), 5L),
                        "b",
                        Map.of(millis(evening, 0), 2L)));
        assertThat(hours.positions()).isEqualTo(Map.of(journal.journal(), journal.position()));
        assertThat(store.read(List.of("a"), List.of(evening.get(1)), Set.of()).counts())
                .isEqualTo(Map.of("a", Map.of(millis(evening, 1), 4L)));
        assertThat(counts("a", "b")).isEqualTo(Map.of("a", 9L, "b", 2L));
    }

    private static long millis(List<Bucket> buckets, int index) {
        return buckets.get(index).start().toEpochMilli();
    }

    @Test
    void findsTheItemsWithTheMostViewsOfSeveralHours() throws Exception {
        store.prepare(TOKYO);
        Random random = new Random(3);
        List<Bucket> hours = new ArrayList<>();
        Map<String, Long> exact = new HashMap<>();
        Chunks journal = Chunks.claimed(store);
        for (int h = 0; h < 4; h++) {
            List<Bucket> buckets = TOKYO.at(EVENING.plus(Duration.ofHours(h)).toEpochMilli());
            Map<String, Long> views = new HashMap<>();
            for (int i = 0; i < 600; i++) {
                long n = 1 + (long) Math.abs(random.nextGaussian() * (h == 1 ? 3 : 300_000 / (1 + i)));
                views.put("item" + i * (h + 1), n);
            }
            store.apply(journal.in(buckets).next(views));
            if (h > 0) {
                hours.add(buckets.get(0));
                views.forEach((id, n) -> exact.merge(id, n, Long::sum));
            }
        }
        for (int count : List.of(1, 20, 100, 1000)) {
            Map<String, Long> pending = Map.of("item3", 1_000_000L, "new", 250_000L, "item599", 1L);
            StoredTop top = store.top(hours, count, pending, Set.of(journal.journal(), "none"));
            assertThat(top.positions()).isEqualTo(Map.of(journal.journal(), journal.position()));
            top.sums().forEach((id, views) -> assertThat(views).isEqualTo(exact.getOrDefault(id, 0L)));
            Map<String, Long> all = new HashMap<>(exact);
            pending.forEach((id, views) -> all.merge(id, views, Long::sum));
            List<Long> expected = all.values().stream()
                    .sorted(Comparator.reverseOrder())
                    .limit(count)
                    .toList();
            assertThat(top.sums().keySet().stream()
                            .map(all::get)
                            .sorted(Comparator.reverseOrder())
                            .limit(count)
                            .toList())
                    .isEqualTo(expected);
        }
    }

    @Test
    void deletesOldBucketsOfOneWidth() throws Exception {
        store.prepare(TOKYO);
        Instant now = Instant.now();
        Chunks journal = Chunks.claimed(store);
        for (int day = 0; day < 5; day++) {
            List<Bucket> buckets = TOKYO.at(now.minus(Duration.ofDays(day)).toEpochMilli());
            store.apply(journal.in(buckets).next(Map.of("a", 1L, "b", 1L)));
        }
        assertThat(store.expiredBuckets(TOKYO, Width.HOUR, 2)).isEqualTo(48);
        assertThat(store.deleteOld(TOKYO, Width.HOUR, 2, 3)).isEqualTo(3);
        assertThat(store.expiredBuckets(TOKYO, Width.HOUR, 2)).isEqualTo(24);
        assertThat(store.deleteOld(TOKYO, Width.HOUR, 2, 3)).isEqualTo(1);
        assertThat(store.deleteOld(TOKYO, Width.HOUR, 2, 3)).isZero();
        List<Bucket> hours = TOKYO.between(TOKYO.oldest(Width.HOUR, now, 4), now);
        assertThat(store.read(List.of("a"), hours, Set.of()).counts().get("a")).hasSize(3);
        List<Bucket> days = TOKYO.between(TOKYO.oldest(Width.DAY, now, 4), now);
        assertThat(store.read(List.of("a"), days, Set.of()).counts().get("a")).hasSize(5);
    }

    @Test
    void anotherZoneIsRefused() throws Exception {
        store.prepare(TOKYO);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sameTables().prepare(Buckets.of("hour", "UTC")))
                .withMessageContaining("bucketZone=UTC: item_pv_hour was prepared with bucketZone=Asia/Tokyo");
        sameTables().prepare(TOKYO);
    }

    @Test
    void anotherNameOfTheSameZoneIsAccepted() throws Exception {
        store.prepare(Buckets.of("hour", "UTC"));
        sameTables().prepare(Buckets.of("hour", "Etc/UTC"));
    }

    @Test
    void countIsExactWhileChunksAreWritten() throws Exception {
        PvPoolConfig config =
                PvPoolConfig.builder().flushMillis(10).chunkRows(2).build();
        try (PvPool pool = PvPool.builder().store(store).config(config).build()) {
            for (long added = 1; added <= 300; added++) {
                TestPools.add(pool, "a", "b", "c", "d", "e");
                assertThat(pool.counts(List.of("a", "e"))).isEqualTo(Map.of("a", added, "e", added));
            }
            assertThat(pool.snapshot().flush().batches()).isPositive();
        }
    }

    @Test
    void concurrentNodesApplyEachChunkOnce() throws Exception {
        int nodes = 4;
        Map<String, Long> items = IntStream.range(0, 20).boxed().collect(Collectors.toMap(i -> "item" + i, i -> 1L));
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            chunks.add(Chunks.claimed(store).next(items));
        }
        ExecutorService executor = Executors.newFixedThreadPool(nodes);
        List<Future<Integer>> all = new ArrayList<>();
        for (int n = 0; n < nodes; n++) {
            PvStore node = sameTables();
            all.add(executor.submit(() -> applyAll(node, chunks)));
        }
        int applied = 0;
        for (Future<Integer> one : all) {
            applied += one.get();
        }
        executor.shutdown();
        assertThat(applied).isEqualTo(chunks.size());
        assertThat(store.read(items.keySet(), Set.of()).counts().values())
                .hasSize(20)
                .containsOnly(50L);
    }

    private static int applyAll(PvStore node, List<Chunk> chunks) {
        int applied = 0;
        for (Chunk chunk : chunks) {
            while (true) {
                try {
                    applied += node.apply(chunk).outcome() == Outcome.APPLIED ? 1 : 0;
                    break;
                } catch (StoreException e) {
                    Thread.yield(); // Try again, as the pool does.
                }
            }
        }
        return applied;
    }
}
