package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.doorbuster.httpstats.latency.LatencySummary;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpStatsTest {

    private final FakeTime time = new FakeTime();

    @Test
    void anEmptyWindowHasNoSamplesAndNoTimes() {
        HttpStatsSnapshot snapshot = time.stats(HttpStatsConfig.builder()).snapshot();

        assertThat(snapshot.count()).isZero();
        assertThat(snapshot.latency().samples()).isZero();
        assertThat(snapshot.routes()).isEmpty();
    }

    @Test
    void minimumMaximumAndSumAreExact() {
        HttpStats stats = time.stats(HttpStatsConfig.builder());
        time.request(stats, "/a", 200, Duration.ofNanos(1_000_003_000));
        time.request(stats, "/a", 200, Duration.ofNanos(7));

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.latency().maxNanos()).isEqualTo(1_000_003_000);
        assertThat(snapshot.latency().minNanos()).isEqualTo(7);
        assertThat(snapshot.latency().sumNanos()).isEqualTo(1_000_003_007);
        assertThat(snapshot.latency().p999Nanos()).isEqualTo(1_000_003_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void countsAreExactWhateverTheSamplingFactor(int factor) {
        HttpStats stats = time.stats(HttpStatsConfig.builder().samplingFactor(factor));
        for (int i = 0; i < 10_000; i++) {
            time.request(stats, "/a", i % 10 == 0 ? 503 : 200, Duration.ofMillis(1));
        }

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.count()).isEqualTo(10_000);
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(200, 9000L, 503, 1000L));
    }

    @Test
    void aboutOneRequestInFactorIsTimedAndNotEveryNth() {
        HttpStats stats = HttpStats.builder()
                .config(HttpStatsConfig.builder().samplingFactor(10).build())
                .build();
        int draws = 100_000;
        int timed = 0;
        int tenApart = 0;
        boolean[] drawn = new boolean[draws];
        for (int i = 0; i < draws; i++) {
            long begun = stats.begin();
            drawn[i] = begun != HttpStats.UNTIMED;
            timed += drawn[i] ? 1 : 0;
            tenApart += i >= 10 && drawn[i] && drawn[i - 10] ? 1 : 0;
            stats.end(begun, "/", "GET", 200);
        }

        // Six standard deviations of the binomial distribution.
        assertThat(timed).isCloseTo(10_000, within(570));
        assertThat(tenApart).isCloseTo(1_000, within(200));
    }

    @Test
    void whatIsOlderThanTheWindowDoesNotShow() {
        HttpStats stats = time.stats(HttpStatsConfig.builder().windowSeconds(60));
        time.request(stats, "/old", 200, Duration.ofMillis(900));
        time.pass(Duration.ofSeconds(45));
        time.request(stats, "/new", 200, Duration.ofMillis(10));
        assertThat(stats.snapshot().latency().samples()).isEqualTo(2);

        time.pass(Duration.ofSeconds(15));

        HttpStatsSnapshot snapshot = stats.snapshot();
        assertThat(snapshot.latency().samples()).isEqualTo(1);
        assertThat(snapshot.latency().maxNanos()).isEqualTo(10_000_000);
        assertThat(snapshot.routes().get("/old").latency().samples()).isZero();
        assertThat(snapshot.count()).isEqualTo(2);
    }

    @Test
    void theFirstRequestAfterAnIdleHourIsThereAloneAndRight() {
        HttpStats stats = time.stats(HttpStatsConfig.builder());
        for (int i = 0; i < 3000; i++) {
            time.request(stats, "/a", 200, Duration.ofMillis(1));
        }
        time.pass(Duration.ofHours(1));
        time.request(stats, "/a", 200, Duration.ofMillis(50));

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.latency().samples()).isEqualTo(1);
        assertThat(snapshot.latency().p50Nanos()).isEqualTo(50_000_000);
        assertThat(snapshot.latency().minNanos()).isEqualTo(50_000_000);
    }

    @Test
    void aWindowMovesOnForManyRounds() {
        HttpStats stats = time.stats(HttpStatsConfig.builder().windowSeconds(6));
        for (int second = 0; second < 100; second++) {
            time.request(stats, "/a", second % 3 == 0 ? 500 : 200, Duration.ofMillis(second + 1));
            time.pass(Duration.ofMillis(999 - second));
            HttpStatsSnapshot snapshot = stats.snapshot();
            assertThat(snapshot.latency().samples()).isBetween(Math.min(5L, second + 1), 6L);
            assertThat(snapshot.latency().maxNanos()).isEqualTo((second + 1) * 1_000_000L);
            assertThat(snapshot.latency().p50Nanos())
                    .isBetween(Math.max(1, second - 5) * 1_000_000L, (second + 1) * 1_010_000L);
        }
    }

    @Test
    void aBufferKeepsTheLastSamplesHoweverOld() {
        HttpStats stats = time.stats(HttpStatsConfig.builder().bufferSize(3));
        for (int millis = 1; millis <= 5; millis++) {
            time.request(stats, "/" + millis, 200, Duration.ofMillis(millis));
            time.pass(Duration.ofHours(1));
        }

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.latency().samples()).isEqualTo(3);
        assertThat(snapshot.latency().minNanos()).isEqualTo(3_000_000);
        assertThat(snapshot.latency().averageNanos()).isEqualTo(4_000_000);
        assertThat(snapshot.routes().get("/2").latency().samples()).isZero();
        assertThat(snapshot.routes().get("/5").latency().p50Nanos()).isEqualTo(5_000_000);
    }

    @Test
    void theLastSamplesAreThoseOfTheLastRequestsWhicheverThreadsHadMoreBefore() throws Exception {
        AtomicLong now = new AtomicLong();
        HttpStats stats = time.stats(HttpStatsConfig.builder().bufferSize(100), now::get);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int round = 1; round <= 50; round++) {
            List<Callable<Void>> writers = Collections.nCopies(8, () -> {
                for (int i = 0; i < 500; i++) {
                    long begun = stats.begin();
                    stats.end(begun - 1_000_000, "/", "GET", 200);
                    now.addAndGet(10_000);
                }
                return null;
            });
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
            now.addAndGet(1_000_000);
            for (int i = 0; i < 100; i++) {
                stats.end(stats.begin() - round, "/", "GET", 200);
            }

            LatencySummary last = stats.snapshot().latency();
            assertThat(List.of(last.samples(), last.minNanos(), last.maxNanos(), last.sumNanos()))
                    .containsExactly(100L, (long) round, (long) round, 100L * round);
        }
        threads.shutdown();
    }

    @Test
    void timesAreToldApartByRouteAndStatusClass() {
        HttpStats stats = time.stats(HttpStatsConfig.builder());
        time.request(stats, "/fast", 200, Duration.ofMillis(1));
        time.request(stats, "/slow", 200, Duration.ofMillis(100));
        time.request(stats, "/slow", 503, Duration.ofMillis(3));

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.routes().keySet()).containsExactly("/fast", "/slow");
        assertThat(snapshot.routes().get("/slow").statusCounts()).isEqualTo(Map.of(200, 1L, 503, 1L));
        assertThat(snapshot.routes().get("/slow").latency().p99Nanos()).isEqualTo(100_000_000);
        assertThat(snapshot.statusClasses().keySet()).containsExactly("2xx", "5xx");
        assertThat(snapshot.statusClasses().get("2xx").latency().p99Nanos()).isEqualTo(100_000_000);
        assertThat(snapshot.statusClasses().get("2xx").latency().p50Nanos()).isCloseTo(1_000_000, within(10_000L));
        assertThat(snapshot.statusClasses().get("5xx").latency().maxNanos()).isEqualTo(3_000_000);
    }

    @Test
    void timesNoHistogramHoldsAreClampedAndCounted() {
        HttpStats stats = time.stats(HttpStatsConfig.builder());
        time.request(stats, "/a", 200, Duration.ofHours(30));
        long begun = stats.begin();
        time.pass(Duration.ofMillis(-4));
        stats.end(begun, "/a", "GET", 200);

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.clamped()).isEqualTo(2);
        assertThat(snapshot.latency().maxNanos()).isEqualTo(Duration.ofHours(30).toNanos());
        assertThat(snapshot.latency().minNanos()).isZero();
    }

    @Test
    void routesBeyondTheLimitAreOther() {
        HttpStats stats = time.stats(HttpStatsConfig.builder().maxRoutes(2));
        for (String route : List.of("/1", "/2", "/3", "/4", "/1", "x".repeat(5000))) {
            time.request(stats, route, 200, Duration.ofMillis(1));
        }

        Map<String, HttpStatsSnapshot.Route> routes = stats.snapshot().routes();

        assertThat(routes.keySet()).containsExactlyInAnyOrder("/1", "/2", "_OTHER");
        assertThat(routes.get("_OTHER").count()).isEqualTo(3);
        assertThat(routes.get("/1").count()).isEqualTo(2);
    }

    @Test
    void nothingFromOutsideThrowsAndEveryStatusIsCountedAsItself() {
        HttpStats stats = time.stats(HttpStatsConfig.builder());
        for (int round = 0; round < 5; round++) {
            for (int status = -2; status <= 1100; status++) {
                stats.end(
                        stats.begin(),
                        round == 0 ? null : "/" + status,
                        status % 2 == 0 ? null : "BREW" + status,
                        status);
            }
        }
        stats.end(stats.begin(), "/", "GET", Integer.MIN_VALUE);
        stats.end(stats.begin(), "/", "GET", Integer.MAX_VALUE);

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.count()).isEqualTo(5 * 1103 + 2);
        assertThat(snapshot.statusCounts()).hasSize(901).containsEntry(799, 5L).containsEntry(0, 5L * 203 + 2);
        assertThat(snapshot.series()).hasSizeLessThanOrEqualTo(SeriesIndex.MAX_SERIES + 901);
    }

    @Test
    void abortsAndStreamsAreCountedApart() {
        HttpStats stats = time.stats(HttpStatsConfig.builder());
        stats.end(stats.begin(), "/a", "GET", 0, Outcome.ABORTED);
        stats.end(stats.begin(), "/a", "GET", 201, Outcome.ABORTED);
        stats.end(stats.begin(), "/a", "GET", 101, Outcome.STREAMED);

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.aborted()).isEqualTo(2);
        assertThat(snapshot.streamed()).isEqualTo(1);
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(101, 1L, 201, 1L));
        assertThat(snapshot.latency().samples()).isEqualTo(1);
        assertThat(snapshot.inFlight()).isZero();
    }

    @Test
    void theMostInFlightIsExactWhicheverThreadsTheyRunOn() throws Exception {
        HttpStats stats = time.stats(HttpStatsConfig.builder());
        for (int round = 1; round <= 40; round++) {
            int most = round;
            ExecutorService threads = Executors.newFixedThreadPool(most);
            CountDownLatch allIn = new CountDownLatch(most);
            List<Future<?>> requests = Stream.<Future<?>>generate(() -> threads.submit(() -> {
                        long begun = stats.begin();
                        allIn.countDown();
                        allIn.await();
                        stats.end(begun, "/", "GET", 200);
                        return null;
                    }))
                    .limit(most)
                    .toList();
            for (Future<?> request : requests) {
                request.get();
            }
            threads.shutdown();
            assertThat(stats.snapshot().maxInFlight()).isEqualTo(most);
            assertThat(stats.snapshot().inFlight()).isZero();
        }
    }

    @Test
    void snapshotsUnderLoadAddUp() throws Exception {
        HttpStats stats = HttpStats.builder()
                .config(HttpStatsConfig.builder().samplingFactor(3).build())
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
            long byStatus = snapshot.statusCounts().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            long byRoute = snapshot.routes().values().stream()
                    .mapToLong(HttpStatsSnapshot.Route::count)
                    .sum();
            assertThat(snapshot.count()).isEqualTo(byStatus).isEqualTo(byRoute).isGreaterThanOrEqualTo(last);
            assertThat(snapshot.inFlight()).isBetween(0L, (long) writers);
            assertThat(snapshot.maxInFlight()).isBetween(snapshot.inFlight(), (long) writers);
            assertThat(snapshot.latency().samples())
                    .isEqualTo(snapshot.histogram().getTotalCount());
            last = snapshot.count();
        }
        for (Future<?> writer : running) {
            writer.get();
        }
        threads.shutdown();

        assertThat(stats.snapshot().count()).isEqualTo((long) writers * requests);
        assertThat(stats.snapshot().inFlight()).isZero();
    }
}
