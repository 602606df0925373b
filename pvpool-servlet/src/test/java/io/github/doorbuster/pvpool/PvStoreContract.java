package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.PvStore.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store must do. A subclass says which store, over empty tables. */
@Timeout(120)
public abstract class PvStoreContract {

    private PvStore store;

    /**
     * A store over tables of its own.
     *
     * @return empty
     */
    protected abstract PvStore emptyStore() throws Exception;

    /**
     * Another node on the same tables.
     *
     * @return shares the tables of the last {@link #emptyStore}
     */
    protected abstract PvStore sameTables() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = emptyStore();
    }

    /**
     * Cuts a chunk as the pool does.
     *
     * @param segment the segment
     * @param number the chunk's number
     * @param counts what it holds
     * @return the chunk, sorted
     */
    protected static Chunk chunk(String segment, int number, Map<String, Long> counts) {
        Map<String, Long> sorted = new TreeMap<>(counts);
        return new Chunk(
                segment,
                number,
                sorted.keySet().toArray(new String[0]),
                sorted.values().stream().mapToLong(Long::longValue).toArray(),
                0,
                sorted.size());
    }

    /**
     * A segment id as the pool makes them.
     *
     * @return 32 hexadecimal digits
     */
    protected static String segment() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private Map<String, Long> counts(String... ids) throws StoreException {
        return store.read(List.of(ids), Set.of()).counts();
    }

    @Test
    void aChunkIsAddedToWhatIsThere() throws Exception {
        Applied first = store.apply(chunk(segment(), 0, Map.of("a", 2L, "b", 1L)));
        store.apply(chunk(segment(), 0, Map.of("b", 5L, "c", 1L)));
        assertThat(first.alreadyApplied()).isFalse();
        assertThat(counts("a", "b", "c", "d")).isEqualTo(Map.of("a", 2L, "b", 6L, "c", 1L));
    }

    @Test
    void aChunkOfferedTwiceIsAddedOnce() throws Exception {
        Chunk chunk = chunk(segment(), 3, Map.of("a", 2L));
        assertThat(store.apply(chunk).alreadyApplied()).isFalse();
        assertThat(store.apply(chunk).alreadyApplied()).isTrue();
        assertThat(sameTables().apply(chunk).alreadyApplied()).isTrue();
        assertThat(counts("a")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void chunksOfOneSegmentAreToldApart() throws Exception {
        String segment = segment();
        store.apply(chunk(segment, 0, Map.of("a", 1L)));
        store.apply(chunk(segment, 1, Map.of("a", 1L)));
        assertThat(counts("a")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void aReadNamesTheChunksItContains() throws Exception {
        String segment = segment();
        String untouched = segment();
        store.apply(chunk(segment, 0, Map.of("a", 1L)));
        store.apply(chunk(segment, 2, Map.of("b", 1L)));
        StoredCounts read = store.read(List.of("a"), Set.of(segment, untouched));
        assertThat(read.counts()).isEqualTo(Map.of("a", 1L));
        assertThat(read.appliedChunks()).isEqualTo(Map.of(segment, Set.of(0, 2)));
    }

    @Test
    void aForgottenSegmentIsNoLongerNamed() throws Exception {
        String segment = segment();
        String other = segment();
        store.apply(chunk(segment, 0, Map.of("a", 1L)));
        store.apply(chunk(other, 0, Map.of("a", 1L)));
        store.forget(segment);
        assertThat(store.read(List.of("a"), Set.of(segment, other)).appliedChunks())
                .containsOnlyKeys(other);
        assertThat(counts("a")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void nothingIsFoundWhereNothingIsAsked() throws Exception {
        store.apply(chunk(segment(), 0, Map.of("a", 1L)));
        StoredCounts read = store.read(List.of(), Set.of());
        assertThat(read.counts()).isEmpty();
        assertThat(read.appliedChunks()).isEmpty();
    }

    @Test
    void idsThatLookAlikeAreDistinctItems() throws Exception {
        String longest = "x".repeat(64);
        store.apply(chunk(
                segment(),
                0,
                Map.of(
                        "a",
                        1L,
                        "A",
                        2L,
                        longest,
                        3L,
                        "9007199254740993",
                        4L,
                        "9007199254740992",
                        5L,
                        "1",
                        6L,
                        "01",
                        7L,
                        "'; --",
                        8L,
                        "%",
                        9L,
                        "m1",
                        10L)));
        assertThat(counts("a", "A", longest, "9007199254740993", "9007199254740992", "1", "01", "'; --", "%", "0"))
                .isEqualTo(Map.of(
                        "a",
                        1L,
                        "A",
                        2L,
                        longest,
                        3L,
                        "9007199254740993",
                        4L,
                        "9007199254740992",
                        5L,
                        "1",
                        6L,
                        "01",
                        7L,
                        "'; --",
                        8L,
                        "%",
                        9L));
    }

    @Test
    void aCountThatWouldOverflowIsSetAsideAndTheRestIsCounted() throws Exception {
        store.apply(chunk(segment(), 0, Map.of("full", Long.MAX_VALUE)));
        Chunk chunk = chunk(segment(), 0, Map.of("a", 1L, "b", 1L, "full", 7L, "g", 1L, "h", 1L));
        Applied applied = store.apply(chunk);
        assertThat(applied.setAsideRows()).isEqualTo(1);
        assertThat(applied.setAsideViews()).isEqualTo(7);
        assertThat(store.apply(chunk).alreadyApplied()).isTrue();
        assertThat(counts("a", "b", "full", "g", "h"))
                .isEqualTo(Map.of("a", 1L, "b", 1L, "full", Long.MAX_VALUE, "g", 1L, "h", 1L));
    }

    @Test
    void aCountIsExactAtEveryMomentWhileItsChunksAreWritten() throws Exception {
        PvPoolConfig config =
                PvPoolConfig.builder().flushMillis(10).chunkRows(2).build();
        try (PvPool pool = PvPool.builder().store(store).config(config).build()) {
            for (long added = 1; added <= 300; added++) {
                pool.add(new Views(List.of("a", "b", "c", "d", "e")))
                        .toCompletableFuture()
                        .join();
                assertThat(pool.counts(List.of("a", "e"))).isEqualTo(Map.of("a", added, "e", added));
            }
            assertThat(pool.snapshot().flush().batches()).isPositive();
        }
    }

    @Test
    void manyNodesOfferingTheSameChunksAddEachOnce() throws Exception {
        int nodes = 4;
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            chunks.add(chunk(segment(), i, items(20)));
        }
        ExecutorService executor = Executors.newFixedThreadPool(nodes);
        List<Future<Integer>> all = new ArrayList<>();
        for (int n = 0; n < nodes; n++) {
            PvStore node = sameTables();
            all.add(executor.submit(() -> offerAll(node, chunks)));
        }
        int applied = 0;
        for (Future<Integer> one : all) {
            applied += one.get();
        }
        executor.shutdown();
        assertThat(applied).isEqualTo(chunks.size());
        assertThat(counts(items(20).keySet().toArray(new String[0])).values())
                .hasSize(20)
                .containsOnly(50L);
    }

    private static int offerAll(PvStore node, List<Chunk> chunks) throws InterruptedException {
        int applied = 0;
        for (Chunk chunk : chunks) {
            while (true) {
                try {
                    applied += node.apply(chunk).alreadyApplied() ? 0 : 1;
                    break;
                } catch (StoreException e) {
                    Thread.yield(); // offered again, as the pool would
                }
            }
        }
        return applied;
    }

    private static Map<String, Long> items(int size) {
        Map<String, Long> items = new TreeMap<>();
        IntStream.range(0, size).forEach(i -> items.put("item" + i, 1L));
        return items;
    }
}
