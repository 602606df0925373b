package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures the heap per pending item, with ids of 8 characters. Argument: items (default 1000000). */
public final class HeapPerItem {

    private static final int IDS_PER_REQUEST = 1000;

    private HeapPerItem() {}

    /**
     * Fills a pool and prints the heap it takes.
     *
     * @param args items
     */
    public static void main(String[] args) throws InterruptedException {
        int items = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        PvPoolConfig config = PvPoolConfig.builder()
                .flushMillis(3_600_000)
                .flushItems(Integer.MAX_VALUE)
                .maxPendingItems(Math.max(items, IDS_PER_REQUEST))
                .build();
        try (PvPool pool =
                PvPool.builder().store(new DiscardingStore()).config(config).build()) {
            long before = usedHeap();
            for (int from = 0; from < items; from += IDS_PER_REQUEST) {
                List<String> ids = new ArrayList<>();
                for (int i = from; i < from + IDS_PER_REQUEST; i++) {
                    ids.add(String.valueOf(10_000_000 + i));
                }
                pool.add(new Views(ids));
            }
            long after = usedHeap();
            System.out.printf(
                    "%,d pending items: %.1f bytes of heap each%n",
                    pool.snapshot().pendingItems(),
                    (double) (after - before) / pool.snapshot().pendingItems());
        }
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200); // the collector also works concurrently
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
