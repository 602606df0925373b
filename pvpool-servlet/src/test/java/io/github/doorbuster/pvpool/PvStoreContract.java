package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.PvStore.Applied;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        Applied first = store.apply(Chunks.of(Map.of("a", 2L, "b", 1L)));
        store.apply(Chunks.of(Map.of("b", 5L, "c", 1L)));
        assertThat(first.alreadyApplied()).isFalse();
        assertThat(counts("a", "b", "c", "d")).isEqualTo(Map.of("a", 2L, "b", 6L, "c", 1L));
    }

    @Test
    void appliesChunkOnce() throws Exception {
        Chunk chunk = Chunks.of(Chunks.newSegment(), 3, Map.of("a", 2L));
        assertThat(store.apply(chunk).alreadyApplied()).isFalse();
        assertThat(store.apply(chunk).alreadyApplied()).isTrue();
        assertThat(sameTables().apply(chunk).alreadyApplied()).isTrue();
        assertThat(counts("a")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void appliesEachChunkOfSegment() throws Exception {
        String segment = Chunks.newSegment();
        store.apply(Chunks.of(segment, 0, Map.of("a", 1L)));
        store.apply(Chunks.of(segment, 1, Map.of("a", 1L)));
        assertThat(counts("a")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void readReturnsAppliedChunks() throws Exception {
        String segment = Chunks.newSegment();
        String untouched = Chunks.newSegment();
        store.apply(Chunks.of(segment, 0, Map.of("a", 1L)));
        store.apply(Chunks.of(segment, 2, Map.of("b", 1L)));
        StoredCounts read = store.read(List.of("a"), Set.of(segment, untouched));
        assertThat(read.counts()).isEqualTo(Map.of("a", 1L));
        assertThat(read.appliedChunks()).isEqualTo(Map.of(segment, Set.of(0, 2)));
    }

    @Test
    void forgetsSegment() throws Exception {
        String segment = Chunks.newSegment();
        String other = Chunks.newSegment();
        store.apply(Chunks.of(segment, 0, Map.of("a", 1L)));
        store.apply(Chunks.of(other, 0, Map.of("a", 1L)));
        store.forget(segment);
        assertThat(store.read(List.of("a"), Set.of(segment, other)).appliedChunks())
                .containsOnlyKeys(other);
        assertThat(counts("a")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void readOfNothingReturnsNothing() throws Exception {
        store.apply(Chunks.of(Map.of("a", 1L)));
        StoredCounts read = store.read(List.of(), Set.of());
        assertThat(read.counts()).isEmpty();
        assertThat(read.appliedChunks()).isEmpty();
    }

    @Test
    void similarIdsAreDistinct() throws Exception {
        List<String> ids =
                List.of("a", "A", "x".repeat(64), "9007199254740993", "9007199254740992", "1", "01", "'; --", "%");
        Map<String, Long> expected = new HashMap<>();
        ids.forEach(id -> expected.put(id, expected.size() + 1L));
        Map<String, Long> counts = new HashMap<>(expected);
        counts.put("m1", 100L);
        store.apply(Chunks.of(counts));
        assertThat(store.read(withId("0", ids), Set.of()).counts()).isEqualTo(expected);
    }

    private static List<String> withId(String id, List<String> ids) {
        List<String> all = new ArrayList<>(ids);
        all.add(id);
        return all;
    }

    @Test
    void setsAsideCountThatOverflows() throws Exception {
        store.apply(Chunks.of(Map.of("full", Long.MAX_VALUE)));
        Chunk chunk = Chunks.of(Map.of("a", 1L, "b", 1L, "full", 7L, "g", 1L, "h", 1L));
        Applied applied = store.apply(chunk);
        assertThat(applied.setAsideRows()).isEqualTo(1);
        assertThat(applied.setAsideViews()).isEqualTo(7);
        assertThat(store.apply(chunk).alreadyApplied()).isTrue();
        assertThat(counts("a", "b", "full", "g", "h"))
                .isEqualTo(Map.of("a", 1L, "b", 1L, "full", Long.MAX_VALUE, "g", 1L, "h", 1L));
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
        List<Chunk> chunks = IntStream.range(0, 50)
                .mapToObj(number -> Chunks.of(Chunks.newSegment(), number, items))
                .toList();
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
                    applied += node.apply(chunk).alreadyApplied() ? 0 : 1;
                    break;
                } catch (StoreException e) {
                    Thread.yield(); // Try again, as the pool does.
                }
            }
        }
        return applied;
    }
}
