package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.Latency;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpStatsTest {

    private final FakeClock clock = new FakeClock();

    private static Latency latency(HttpStats stats) {
        return stats.snapshot().window().latency();
    }

    @Test
    void startsEmpty() {
        HttpStatsSnapshot snapshot = clock.newStats().snapshot();

        assertThat(snapshot.requests().count()).isZero();
        assertThat(snapshot.window().latency().samples()).isZero();
        assertThat(snapshot.routes()).isEmpty();
    }

    @Test
    void minMaxAndSumAreExact() {
        HttpStats stats = clock.newStats();
        clock.request(stats, "/a", 200, Duration.ofNanos(1_000_003_000));
        clock.request(stats, "/a", 200, Duration.ofNanos(7));

        Latency latency = latency(stats);

        assertThat(latency.maxNanos()).isEqualTo(1_000_003_000);
        assertThat(latency.minNanos()).isEqualTo(7);
        assertThat(latency.sumNanos()).isEqualTo(1_000_003_007);
        assertThat(latency.percentileNanos(99.9)).isEqualTo(1_000_003_000);
    }

    @Test
    void anUnknownPercentileIsRejected() {
        Latency latency = latency(clock.newStats());

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> latency.percentileNanos(42))
                .withMessage("percentile=42.0: must be one of [50.0, 90.0, 95.0, 99.0, 99.9]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void countsAreExactWithAnySamplingFactor(int factor) {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().samplingFactor(factor));
        for (int i = 0; i < 10_000; i++) {
            clock.request(stats, "/a", i % 10 == 0 ? 503 : 200, Duration.ofMillis(1));
        }

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.requests().count()).isEqualTo(10_000);
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(200, 9000L, 503, 1000L));
    }

    @Test
    void samplesAreChosenAtRandom() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().samplingFactor(10));
        int requests = 100_000;
        int timed = 0;
        int tenApart = 0;
        boolean[] sampled = new boolean[requests];
        for (int i = 0; i < requests; i++) {
            long start = stats.begin();
            sampled[i] = HttpStats.isTimed(start);
            timed += sampled[i] ? 1 : 0;
            tenApart += i >= 10 && sampled[i] && sampled[i - 10] ? 1 : 0;
            stats.end(start, "/", "GET", 200);
        }

        // Six standard deviations of the binomial distribution.
        assertThat(timed).isCloseTo(10_000, within(570));
        assertThat(tenApart).isCloseTo(1_000, within(200));
    }

    @Test
    void windowDropsOldSamples() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().windowSeconds(60));
        clock.request(stats, "/old", 200, Duration.ofMillis(900));
        clock.advance(Duration.ofSeconds(45));
        clock.request(stats, "/new", 200, Duration.ofMillis(10));
        assertThat(latency(stats).samples()).isEqualTo(2);

        clock.advance(Duration.ofSeconds(15));

        HttpStatsSnapshot snapshot = stats.snapshot();
        assertThat(snapshot.window().latency().samples()).isEqualTo(1);
        assertThat(snapshot.window().latency().maxNanos()).isEqualTo(10_000_000);
        assertThat(snapshot.routes().get("/old").latency().samples()).isZero();
        assertThat(snapshot.requests().count()).isEqualTo(2);
    }

    @Test
    void windowHasTheFirstRequestAfterAnIdleHour() {
        HttpStats stats = clock.newStats();
        for (int i = 0; i < 3000; i++) {
            clock.request(stats, "/a", 200, Duration.ofMillis(1));
        }
        clock.advance(Duration.ofHours(1));
        clock.request(stats, "/a", 200, Duration.ofMillis(50));

        Latency latency = latency(stats);

        assertThat(latency.samples()).isEqualTo(1);
        assertThat(latency.percentileNanos(50)).isEqualTo(50_000_000);
        assertThat(latency.minNanos()).isEqualTo(50_000_000);
    }

    @Test
    void windowSlides() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().windowSeconds(6));
        for (int second = 1; second <= 100; second++) {
            clock.request(stats, "/a", second % 3 == 0 ? 500 : 200, Duration.ofMillis(second));

            Latency latency = latency(stats);
            assertThat(latency.samples()).isEqualTo(Math.min(6, second));
            assertThat(latency.minNanos()).isEqualTo(Math.max(1, second - 5) * 1_000_000L);
            assertThat(latency.maxNanos()).isEqualTo(second * 1_000_000L);
            assertThat(latency.percentileNanos(50)).isBetween(latency.minNanos(), latency.maxNanos());
            clock.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void bufferKeepsTheLastSamplesHoweverOld() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().bufferSize(3));
        for (int millis = 1; millis <= 5; millis++) {
            clock.request(stats, "/" + millis, 200, Duration.ofMillis(millis));
            clock.advance(Duration.ofHours(1));
        }

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.window().latency().samples()).isEqualTo(3);
        assertThat(snapshot.window().latency().minNanos()).isEqualTo(3_000_000);
        assertThat(snapshot.window().latency().averageNanos()).isEqualTo(4_000_000);
        assertThat(snapshot.routes().get("/2").latency().samples()).isZero();
        assertThat(snapshot.routes().get("/5").latency().percentileNanos(50)).isEqualTo(5_000_000);
    }

    @Test
    void bufferKeepsTheLastSamplesOfManyThreads() throws Exception {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().bufferSize(100));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int round = 1; round <= 50; round++) {
            List<Callable<Void>> writers = Collections.nCopies(8, () -> {
                for (int i = 0; i < 500; i++) {
                    clock.request(stats, "/", 200, Duration.ofMillis(1));
                    clock.advance(Duration.ofNanos(10_000));
                }
                return null;
            });
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
            clock.advance(Duration.ofMillis(1));
            for (int i = 0; i < 100; i++) {
                clock.request(stats, "/", 200, Duration.ofNanos(round));
            }

            Latency latency = latency(stats);
            assertThat(List.of(latency.samples(), latency.minNanos(), latency.maxNanos(), latency.sumNanos()))
                    .containsExactly(100L, (long) round, (long) round, 100L * round);
        }
        threads.shutdown();
    }

    @Test
    void countsOfTheWindowAreToldApartFromThoseSinceTheStart() {
        HttpStats stats = clock.newStats();
        for (int i = 0; i < 50; i++) {
            clock.request(stats, "/old", 200, Duration.ofMillis(1));
        }
        clock.advance(Duration.ofSeconds(90));
        for (int i = 0; i < 40; i++) {
            clock.request(stats, "/new", i < 10 ? 503 : 200, Duration.ofMillis(1));
        }
        clock.advance(Duration.ofSeconds(5));

        HttpStatsSnapshot snapshot = stats.snapshot();

        HttpStatsSnapshot.Counts window = snapshot.window().counts();
        assertThat(snapshot.requests().count()).isEqualTo(90);
        assertThat(window.requests()).isEqualTo(40);
        assertThat(window.statusCounts()).isEqualTo(Map.of(200, 30L, 503, 10L));
        assertThat(window.errors()).isEqualTo(10);
        assertThat(window.errorShare()).hasValue(0.25);
        assertThat(window.span()).isEqualTo(Duration.ofSeconds(55));
        assertThat(window.rate()).isEqualTo(40 / 55.0);
        assertThat(snapshot.routes().get("/old").window().requests()).isZero();
        assertThat(snapshot.routes().get("/old").window().errorShare()).isEmpty();
        assertThat(snapshot.routes().get("/new").window().errorShare()).hasValue(0.25);
        assertThat(snapshot.statusClasses().get("2xx").count()).isEqualTo(80);
        assertThat(snapshot.statusClasses().get("2xx").inWindow()).isEqualTo(30);
    }

    @Test
    void countsHowOftenAnObjectiveIsMet() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().objectives("/buy = 0.3 s at 99 %, /a=2s at 90%"));
        for (int millis = 100; millis <= 400; millis += 100) {
            clock.request(stats, "/buy", 200, Duration.ofMillis(millis));
        }
        clock.request(stats, "/buy", 500, Duration.ofMillis(1));
        clock.request(stats, "/b", 200, Duration.ofMillis(1));
        clock.advance(Duration.ofSeconds(70));
        clock.request(stats, "/buy", 200, Duration.ofMillis(1));

        HttpStatsSnapshot snapshot = stats.snapshot();

        HttpStatsSnapshot.Objective objective = snapshot.routes().get("/buy").objective();
        assertThat(objective).isEqualTo(new HttpStatsSnapshot.Objective(300_000_000, 99, 4, 2, 1, 0));
        assertThat(objective.shareInWindow()).hasValue(1);
        assertThat(snapshot.routes().get("/b").objective()).isNull();
        assertThat(snapshot.requests().count()).isEqualTo(7);
        assertThat(snapshot.series()).hasSize(3);
    }

    private record Call(String path, String traceparent) {}

    private enum CallDetails implements RequestDetails<Call> {
        INSTANCE;

        @Override
        public String path(Call call) {
            return call.path();
        }

        @Override
        public String traceparent(Call call) {
            return call.traceparent();
        }
    }

    private void call(HttpStats stats, Duration duration, Call call) {
        long ticket = HttpStats.earlier(stats.begin(), duration.toNanos());
        stats.end(ticket, "/items/*", "GET", 200, Outcome.COMPLETED, call, CallDetails.INSTANCE);
    }

    @Test
    void remembersTheSlowestRequestsOfTheWindow() {
        HttpStats stats = clock.newStats();
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        call(stats, Duration.ofSeconds(9), new Call("/items/old", null));
        clock.advance(Duration.ofSeconds(60));
        for (int millis = 1; millis <= 500; millis++) {
            call(stats, Duration.ofMillis(millis), new Call("/items/" + millis + "?token=secret", "nonsense"));
        }
        call(stats, Duration.ofSeconds(1), new Call("/" + "x".repeat(1_000), "00-" + trace + "-00f067aa0ba902b7-01"));

        List<HttpStatsSnapshot.SlowRequest> slowest = stats.snapshot().slowestRequests();

        assertThat(slowest).hasSize(10);
        assertThat(slowest.get(0).traceId()).isEqualTo(trace);
        assertThat(slowest.get(0).path()).hasSize(200);
        assertThat(slowest.get(1).path()).isEqualTo("/items/500");
        assertThat(slowest.get(1).traceId()).isNull();
        assertThat(slowest.get(9).path()).isEqualTo("/items/492");
        assertThat(slowest).isSortedAccordingTo((a, b) -> Long.compare(b.nanos(), a.nanos()));
    }

    @Test
    void remembersNoRequestsIfThatIsOff() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().slowestRequests(0));
        call(stats, Duration.ofSeconds(9), new Call("/items/1", null));

        assertThat(stats.snapshot().slowestRequests()).isEmpty();
    }

    @Test
    void takesPercentilesAndBucketsOfOnesOwnChoice() {
        HttpStats stats =
                clock.newStats(HttpStatsConfig.builder().percentiles(75, 99.99).buckets("0.01, 0.1"));
        for (int millis = 1; millis <= 200; millis++) {
            clock.request(stats, "/a", 200, Duration.ofMillis(millis));
        }

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.window().latency().percentiles())
                .extracting(HttpStatsSnapshot.Percentile::percentile)
                .containsExactly(75.0, 90.0, 95.0, 99.0, 99.99);
        assertThat(snapshot.window().latency().percentileNanos(75)).isCloseTo(150_000_000, within(1_500_000L));
        assertThat(snapshot.bucketBoundsNanos()).containsExactly(10_000_000L, 100_000_000L);
        assertThat(snapshot.series().get(0).bucketCounts()).containsExactly(10L, 90L, 100L);
    }

    @Test
    void groupsByRouteAndStatusClass() {
        HttpStats stats = clock.newStats();
        clock.request(stats, "/fast", 200, Duration.ofMillis(1));
        clock.request(stats, "/slow", 200, Duration.ofMillis(100));
        clock.request(stats, "/slow", 503, Duration.ofMillis(3));

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.routes().keySet()).containsExactly("/fast", "/slow");
        assertThat(snapshot.routes().get("/slow").statusCounts()).isEqualTo(Map.of(200, 1L, 503, 1L));
        assertThat(snapshot.routes().get("/slow").latency().percentileNanos(99)).isEqualTo(100_000_000);
        assertThat(snapshot.statusClasses().keySet()).containsExactly("2xx", "5xx");
        Latency success = snapshot.statusClasses().get("2xx").latency();
        assertThat(success.percentileNanos(99)).isEqualTo(100_000_000);
        assertThat(success.percentileNanos(50)).isCloseTo(1_000_000, within(10_000L));
        assertThat(snapshot.statusClasses().get("5xx").latency().maxNanos()).isEqualTo(3_000_000);
    }

    @Test
    void clampsAndCountsTimesOutOfRange() {
        HttpStats stats = clock.newStats();
        clock.request(stats, "/a", 200, Duration.ofHours(30));
        clock.request(stats, "/a", 200, Duration.ofMillis(-4));

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.window().clamped()).isEqualTo(2);
        assertThat(snapshot.window().latency().maxNanos())
                .isEqualTo(Duration.ofHours(30).toNanos());
        assertThat(snapshot.window().latency().minNanos()).isZero();
    }

    @Test
    void routesBeyondTheLimitAreOther() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().maxRoutes(2));
        for (String route : List.of("/1", "/2", "/3", "/4", "/1", "x".repeat(5000))) {
            clock.request(stats, route, 200, Duration.ofMillis(1));
        }

        Map<String, HttpStatsSnapshot.Route> routes = stats.snapshot().routes();

        assertThat(routes.keySet()).containsExactlyInAnyOrder("/1", "/2", "_OTHER");
        assertThat(routes.get("_OTHER").count()).isEqualTo(3);
        assertThat(routes.get("/1").count()).isEqualTo(2);
    }

    @Test
    void countsAnyStatusMethodAndRoute() {
        HttpStats stats = clock.newStats();
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

        assertThat(snapshot.requests().count()).isEqualTo(5 * 1103 + 2);
        assertThat(snapshot.requests().statusCounts())
                .hasSize(901)
                .containsEntry(799, 5L)
                .containsEntry(0, 5L * 203 + 2);
        assertThat(snapshot.series())
                .hasSizeLessThanOrEqualTo(SeriesIndex.MAX_SERIES + SeriesIndex.MAX_WITHOUT_METHOD + 6 * 101);
    }

    @Test
    void countsAbortsAndStreams() {
        HttpStats stats = clock.newStats();
        stats.end(stats.begin(), "/a", "GET", 0, Outcome.ABORTED);
        stats.end(stats.begin(), "/a", "GET", 201, Outcome.ABORTED);
        stats.end(stats.begin(), "/a", "GET", 101, Outcome.STREAMED);

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.requests().aborted()).isEqualTo(2);
        assertThat(snapshot.requests().streamed()).isEqualTo(1);
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(101, 1L, 201, 1L));
        assertThat(snapshot.window().latency().samples()).isEqualTo(1);
        assertThat(snapshot.inFlight().now()).isZero();
    }

    @Test
    void aSnapshotCannotBeChanged() {
        HttpStats stats = clock.newStats();
        clock.request(stats, "/a", 200, Duration.ofMillis(1));
        HttpStatsSnapshot snapshot = stats.snapshot();

        snapshot.histogram().recordValue(5);

        assertThat(snapshot.histogram().getTotalCount()).isEqualTo(1);
        assertThat(snapshot.routes()).isUnmodifiable();
        assertThat(snapshot.statusClasses()).isUnmodifiable();
        assertThat(snapshot.requests().statusCounts()).isUnmodifiable();
        assertThat(snapshot.routes().get("/a").statusCounts()).isUnmodifiable();
        assertThat(snapshot.series()).isUnmodifiable();
        assertThat(snapshot.series().get(0).bucketCounts()).isUnmodifiable();
    }

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
