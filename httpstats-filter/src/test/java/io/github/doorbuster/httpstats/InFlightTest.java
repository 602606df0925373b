package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.InFlight;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The peak in flight is known by two bounds, and no request takes a lock but its own stripe's. */
class InFlightTest {

    private final FakeClock clock = new FakeClock();

    private static HttpStats with32Processors(HttpStatsConfig config) {
        return new HttpStats(config, System::nanoTime, Clock.systemUTC(), 32, LoadTicker::newThread);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void noRequestTakesTheLockOfAnotherStripe(int factor) throws Exception {
        HttpStats stats = with32Processors(
                HttpStatsConfig.builder().samplingFactor(factor).build());
        Stripes stripes = stripes(stats);
        // One stripe of each kind is free.
        int free = 17;
        int kinds = stripes.size() / 2;
        for (int i = 0; i < stripes.size(); i++) {
            assertThat(i % kinds == free || stripes.get(i).tryLock()).isTrue();
        }

        CompletableFuture<Integer> requests = CompletableFuture.supplyAsync(() -> {
            Deque<Long> running = new ArrayDeque<>();
            int ended = 0;
            for (int i = 0; i < 20_000; i++) {
                running.add(stats.begin());
                // In flight goes up and down, with a new peak again and again.
                if (running.size() > i / 100) {
                    stats.end(running.remove(), "/" + i % 50, "GET", 200);
                    ended++;
                }
            }
            return ended;
        });

        // This thread still holds the other locks: a request that needed one of them would not end.
        assertThat(requests.get(30, TimeUnit.SECONDS)).isGreaterThan(19_000);
    }

    private static Stripes stripes(HttpStats stats) {
        return stats.stripes();
    }

    @Test
    void theBoundsEncloseThePeakAcrossThreads() throws Exception {
        for (int round = 1; round <= 40; round++) {
            HttpStats stats = clock.newStats();
            int requests = round;
            ExecutorService threads = Executors.newFixedThreadPool(requests);
            CountDownLatch begun = new CountDownLatch(requests);
            List<Future<?>> running = Stream.<Future<?>>generate(() -> threads.submit(() -> {
                        long ticket = stats.begin();
                        begun.countDown();
                        begun.await();
                        stats.end(ticket, "/", "GET", 200);
                        return null;
                    }))
                    .limit(requests)
                    .toList();
            for (Future<?> request : running) {
                request.get();
            }
            threads.shutdown();
            InFlight inFlight = stats.snapshot().inFlight();
            assertThat(inFlight.now()).isZero();
            assertThat(inFlight.peakLow()).isBetween(1L, (long) requests);
            assertThat(inFlight.peakHigh()).isGreaterThanOrEqualTo(requests);
        }
    }

    @Test
    void oneThreadHasExactBounds() {
        HttpStats stats = clock.newStats();
        long[] tickets = new long[7];
        for (int i = 0; i < tickets.length; i++) {
            tickets[i] = stats.begin();
        }
        assertThat(stats.snapshot().inFlight()).isEqualTo(new InFlight(7, 7, 7));
        for (long ticket : tickets) {
            stats.discard(ticket);
        }

        assertThat(stats.snapshot().inFlight()).isEqualTo(new InFlight(0, 7, 7));
        assertThat(stats.snapshot().requests().count()).isZero();
        clock.advance(Duration.ofSeconds(61));
        assertThat(stats.snapshot().inFlight()).isEqualTo(new InFlight(0, 0, 0));
    }

    @Test
    void requestsThatEndOnOtherThreadsDoNotWidenTheBounds() throws Exception {
        HttpStats stats = clock.newStats();
        ExecutorService other = Executors.newSingleThreadExecutor();
        for (int i = 0; i < 2_000; i++) {
            long ticket = stats.begin();
            other.submit(() -> stats.end(ticket, "/", "GET", 200)).get();
        }
        other.shutdown();

        assertThat(stats.snapshot().inFlight()).isEqualTo(new InFlight(0, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000_000})
    void thePeakIsSampledEvery100MillisWhateverTheSamplingFactor(int factor) {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().samplingFactor(factor));
        for (int i = 0; i < 5_000; i++) {
            clock.advance(Duration.ofMillis(20));
            stats.end(stats.begin(), "/", "GET", 200);
        }
        clock.advance(Duration.ofMillis(10));

        assertThat(stats.snapshot().inFlight().peakLow()).isEqualTo(1);
        assertThat(stats.snapshot().window().counts().requests()).isBetween(2_500L, 3_000L);
    }

    /** Statistics that time almost no request, after many requests at once. */
    private HttpStats afterMuchTraffic(int requests) {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().samplingFactor(1_000_000));
        for (int i = 0; i < requests; i++) {
            clock.request(stats, "/", 200, Duration.ofMillis(1));
        }
        return stats;
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 104, 106})
    void afterALullTheFirstRequestsAreOfThisWindow(int before) {
        HttpStats stats = afterMuchTraffic(before);
        clock.advance(Duration.ofSeconds(200));
        long[] tickets = new long[5];
        for (int i = 0; i < tickets.length; i++) {
            tickets[i] = stats.begin();
        }
        for (long ticket : tickets) {
            stats.end(ticket, "/", "GET", 200);
        }
        clock.advance(Duration.ofSeconds(1));

        HttpStatsSnapshot snapshot = stats.snapshot();

        assertThat(snapshot.inFlight()).isEqualTo(new InFlight(0, 5, 5));
        assertThat(snapshot.window().counts().requests()).isEqualTo(5);
    }

    @Test
    void requestsThatRanForLongAreSampledBeforeTheyEnd() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().samplingFactor(1_000_000));
        long[] tickets = new long[20];
        for (int i = 0; i < tickets.length; i++) {
            tickets[i] = stats.begin();
        }
        for (long ticket : tickets) {
            stats.discard(ticket);
        }
        // Fewer than before, so that none of them is a new peak, within the time between two samples.
        for (int i = 0; i < 10; i++) {
            tickets[i] = stats.begin();
        }
        clock.advance(Duration.ofSeconds(200));
        for (int i = 0; i < 10; i++) {
            stats.end(tickets[i], "/", "GET", 200);
        }

        assertThat(stats.snapshot().inFlight()).isEqualTo(new InFlight(0, 10, 10));
    }
}
