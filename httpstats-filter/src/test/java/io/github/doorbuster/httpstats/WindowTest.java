package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the window, or the buffer of the last samples, holds. */
class WindowTest {

    private final FakeClock clock = new FakeClock();

    private static Latency latency(HttpStats stats) {
        return stats.snapshot().window().latency();
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
}
