package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The counts of every snapshot add up while many threads record. */
class CountsUnderLoadTest {

    /** Requests that are in flight all the time, so that other requests have to use shared stripes. */
    private static final int RUNNING = 10;

    /**
     * Counts requests on several threads, and checks the snapshots meanwhile.
     *
     * @param elsewhere whether a request ends on another thread than it began, if chance so wills
     */
    @ParameterizedTest
    @CsvSource({"1, false", "3, false", "1, true", "3, true"})
    void countsAddUpInEverySnapshotUnderLoad(int factor, boolean elsewhere) throws Exception {
        HttpStats stats = HttpStats.builder()
                .config(HttpStatsConfig.builder().samplingFactor(factor).build())
                .build();
        Queue<Long> started = new ConcurrentLinkedQueue<>();
        int running = elsewhere ? RUNNING : 0;
        for (int i = 0; i < running; i++) {
            started.add(stats.begin());
        }
        int writers = 4;
        int requests = 200_000;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<?>> work = IntStream.range(0, writers)
                .<Future<?>>mapToObj(writer -> threads.submit(() -> {
                    for (int i = 0; i < requests; i++) {
                        long ticket = stats.begin();
                        if (elsewhere) {
                            started.add(ticket);
                            ticket = started.remove();
                        }
                        stats.end(ticket, "/" + i % 30, "GET", 200 + i % 7 * 50);
                    }
                }))
                .toList();
        long last = 0;
        while (!work.stream().allMatch(Future::isDone)) {
            HttpStatsSnapshot snapshot = stats.snapshot();
            long count = snapshot.requests().count();
            assertThat(count).isGreaterThanOrEqualTo(last);
            assertThat(sum(snapshot.requests().statusCounts().values().stream()))
                    .isEqualTo(count);
            assertThat(sum(snapshot.routes().values().stream().map(HttpStatsSnapshot.Route::count)))
                    .isEqualTo(count);
            assertThat(sum(snapshot.series().stream().map(HttpStatsSnapshot.Series::count)))
                    .isEqualTo(count);
            assertThat(snapshot.inFlight().now()).isBetween(0L, (long) writers + running);
            assertThat(snapshot.inFlight().peakLow())
                    .isBetween(snapshot.inFlight().now(), (long) writers + running);
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
        for (Future<?> writer : work) {
            writer.get();
        }
        threads.shutdown();

        assertThat(stats.snapshot().requests().count()).isEqualTo((long) writers * requests);
        assertThat(stats.snapshot().inFlight().now()).isEqualTo(running);
        started.forEach(stats::discard);
        assertThat(stats.snapshot().inFlight().now()).isZero();
    }

    @Test
    void aRequestThatRunsHidesNoneThatEndedBefore() {
        HttpStats stats = new FakeClock().newStats();
        for (int i = 0; i < 100; i++) {
            stats.end(stats.begin(), "/", "GET", 200);
        }
        long running = stats.begin();

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.inFlight().now()).isEqualTo(1);
        assertThat(snapshot.requests().count()).isEqualTo(100);
        assertThat(snapshot.window().counts().requests()).isEqualTo(100);
        assertThat(snapshot.window().latency().samples()).isEqualTo(100);
        stats.end(running, "/", "GET", 200);
        assertThat(stats.snapshot().window().latency().samples()).isEqualTo(101);
    }

    @Test
    void aRequestThatIsEndedTwiceDoesNotDisturbOthers() {
        HttpStats stats = new FakeClock().newStats();
        long ticket = stats.begin();
        stats.end(ticket, "/", "GET", 200);
        stats.end(ticket, "/", "GET", 200);
        for (int i = 0; i < 100; i++) {
            stats.end(stats.begin(), "/", "GET", 200);
        }

        assertThat(stats.snapshot().requests().count()).isEqualTo(102);
    }

    private static long sum(Stream<Long> counts) {
        return counts.mapToLong(Long::longValue).sum();
    }
}
