package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Measures how long a pool takes to recover a full segment: requests of 10 ids over 100,000 items. */
public final class RecoveryBenchmark {

    private static final int SEGMENT_BYTES = 64 << 20;
    private static final int STARTS = 5;

    private RecoveryBenchmark() {}

    /**
     * Starts pools on a journal and prints the times. If the folder is missing, fills a segment first. Run it again
     * with the same folder to measure a new JVM.
     *
     * @param args the folder
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        if (!Files.isDirectory(folder)) {
            fill(folder);
        }
        System.out.printf(
                "%,d bytes in %d segments%n", size(folder), segments(folder).size());
        for (int i = 0; i < STARTS; i++) {
            long start = System.nanoTime();
            try (PvPool pool = pool(folder)) {
                long millis = (System.nanoTime() - start) / 1_000_000;
                System.out.printf(
                        "start %d: %d ms for %,d views of %,d items%n",
                        i + 1,
                        millis,
                        pool.snapshot().recoveredViews(),
                        pool.snapshot().pendingItems());
            }
        }
    }

    private static void fill(Path folder) {
        List<List<String>> requests = ViewRequests.skewed(20_000, 10, 100_000);
        try (PvPool pool = pool(folder)) {
            for (int i = 0; bytes(pool) < SEGMENT_BYTES - (1 << 20); i++) {
                CompletableFuture<?>[] group = requests.stream()
                        .skip(i % 20 * 1000L)
                        .limit(1000)
                        .map(ids -> pool.add(new Views(ids)).toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new);
                CompletableFuture.allOf(group).join();
            }
        }
    }

    private static PvPool pool(Path folder) {
        return PvPool.builder()
                .store(new FailingStore())
                .config(PvPoolConfig.builder()
                        .flushMillis(3_600_000)
                        .flushItems(Integer.MAX_VALUE)
                        .closeMillis(100)
                        .build())
                .journal(Journals.of(JournalConfig.builder()
                        .journalDir(folder)
                        .segmentBytes(SEGMENT_BYTES)
                        .build()))
                .build();
    }

    private static long bytes(PvPool pool) {
        return (Long) pool.snapshot().journal().get("bytes");
    }

    private static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".segment")).toList();
        }
    }

    private static long size(Path folder) throws IOException {
        long sum = 0;
        for (Path file : segments(folder)) {
            sum += Files.size(file);
        }
        return sum;
    }

    /** A store that is down, so that everything stays in the journal. */
    private static final class FailingStore extends DiscardingStore {

        @Override
        public Applied apply(Chunk chunk) {
            throw new IllegalStateException("down");
        }
    }
}
