package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PendingViewsTest {

    private static final int WRITERS = 4;
    private static final int ROUNDS = 50_000;

    private final ItemQuota quota = new ItemQuota(1_000_000);
    private final PendingViews pending =
            new PendingViews(16, quota, new HotItems(0, System::nanoTime, Clock.systemUTC()), Buckets.NONE);

    @Test
    void collectsEachViewOnceWhileOthersAreFolded() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
        List<Future<?>> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            writers.add(executor.submit(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(pending.reserve(1)).isTrue();
                    pending.fold(List.of("a"));
                }
            }));
        }
        while (!writers.stream().allMatch(Future::isDone)) {
            pending.collect();
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        executor.shutdown();
        pending.close();
        assertThat(pending.unwritten())
                .singleElement()
                .satisfies(all -> assertThat(all.counts()).isEqualTo(Map.of("a", (long) WRITERS * ROUNDS)));
        assertThat(quota.items()).isEqualTo(1);
    }
}
