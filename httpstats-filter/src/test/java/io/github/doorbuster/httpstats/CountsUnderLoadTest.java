package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The counts of every snapshot add up while many threads record. */
class CountsUnderLoadTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void countsAddUpInEverySnapshotUnderLoad(int factor) throws Exception {
        HttpStats stats = HttpStats.builder()
                .config(HttpStatsConfig.builder().samplingFactor(factor).build())
                .build();
        int writers = 4;
        int requests = 200_000;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<?>> running = IntStream.range(0, writers)
                .<Future<?>>mapToObj(writer -> threads.submit(() -> {
                    for (int i = 0; i < requests; i++) {
                        stats.end(stats.begin(), "/" + i % 30, "GET", 200 + i % 7 * 50);
                    }
                }))
                .toList();
        long last = 0;
        while (!running.stream().allMatch(Future::isDone)) {
            HttpStatsSnapshot snapshot = stats.snapshot();
            long count = snapshot.requests().count();
            assertThat(count).isGreaterThanOrEqualTo(last);
            assertThat(sum(snapshot.requests().statusCounts().values().stream()))
                    .isEqualTo(count);
            assertThat(sum(snapshot.routes().values().stream().map(HttpStatsSnapshot.Route::count)))
                    .isEqualTo(count);
            assertThat(sum(snapshot.series().stream().map(HttpStatsSnapshot.Series::count)))
                    .isEqualTo(count);
            assertThat(snapshot.inFlight().now()).isBetween(0L, (long) writers);
            assertThat(snapshot.inFlight().peakLow())
                    .isBetween(snapshot.inFlight().now(), (long) writers);
            assertThat(snapshot.inFlight().peakHigh())
                    .isGreaterThanOrEqualTo(snapshot.inFlight().peakLow());
            assertThat(snapshot.window().counts().requests()).isLessThanOrEqualTo(count);
            assertThat(snapshot.window().latency().samples())
                    .isLessThanOrEqualTo(snapshot.window().counts().requests());
            assertThat(snapshot.window().latency().samples())
                    .isEqualTo(snapshot.histogram().getTotalCount())
                    .isLessThanOrEqualTo(count);
            last = count;
        }
        for (Future<?> writer : running) {
            writer.get();
        }
        threads.shutdown();

        assertThat(stats.snapshot().requests().count()).isEqualTo((long) writers * requests);
        assertThat(stats.snapshot().inFlight().now()).isZero();
    }

    private static long sum(Stream<Long> counts) {
        return counts.mapToLong(Long::longValue).sum();
    }
}
