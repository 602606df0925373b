package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    void takesPercentilesAndBucketsOfOnesOwnChoice() {
        HttpStats stats =
                clock.newStats(HttpStatsConfig.builder().percentiles(75, 99.99).buckets("0.01, 0.1"));
        for (int millis = 1; millis <= 200; millis++) {
            clock.request(stats, "/a", 200, Duration.ofMillis(millis));
        }

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.window().latency().percentiles())
                .extracting(Latency.Percentile::percentile)
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
}
