package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The thread that reads the clock for requests exists only while they are frequent. */
class LoadTickerTest {

    private final AtomicLong nanos = new AtomicLong();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final ThreadFactory remembering = work -> {
        Thread thread = LoadTicker.newThread(work);
        threads.add(thread);
        return thread;
    };

    private HttpStats stats(int samplingFactor, ThreadFactory threads) {
        HttpStatsConfig config =
                HttpStatsConfig.builder().samplingFactor(samplingFactor).build();
        return new HttpStats(config, nanos::get, Clock.systemUTC(), 2, threads);
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    private void requests(HttpStats stats, int requests, Duration apart) {
        for (int i = 0; i < requests; i++) {
            nanos.addAndGet(apart.toNanos());
            stats.end(stats.begin(), "/", "GET", 200);
        }
    }

    @Test
    void theThreadInheritsNothingFromTheRequestThatStartsIt() throws Exception {
        InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
        user.set("alice");
        CompletableFuture<Optional<String>> seen = new CompletableFuture<>();
        Thread thread = LoadTicker.newThread(() -> seen.complete(Optional.ofNullable(user.get())));

        thread.start();

        assertThat(seen.get()).isEmpty();
        assertThat(thread.getContextClassLoader()).isNull();
        thread.join();
    }

    @Test
    void rareRequestsNeedNoThread() {
        requests(stats(1_000_000, remembering), 10_000, Duration.ofMillis(2));

        assertThat(threads).isEmpty();
    }

    @Test
    void timedRequestsNeedNoThread() {
        requests(stats(1, remembering), 10_000, Duration.ofNanos(100));

        assertThat(threads).isEmpty();
    }

    @Test
    void frequentRequestsHaveOneThreadWhichEndsAfterThem() {
        HttpStats stats = stats(1_000_000, remembering);

        requests(stats, 10_000, Duration.ofNanos(100));

        assertThat(threads).hasSize(1);
        assertThat(threads.get(0).isDaemon()).isTrue();
        assertThat(threads.get(0).getContextClassLoader()).isNull();
        await().until(() -> !threads.get(0).isAlive());
    }

    @Test
    void theThreadMovesTheWindowOnAndSamplesThePeak() {
        HttpStats stats = stats(1_000_000, remembering);
        requests(stats, 10_000, Duration.ofNanos(100));
        stats.begin();
        nanos.addAndGet(Duration.ofSeconds(100).toNanos());

        await().until(() -> !threads.get(0).isAlive());

        stats.discard(0);
        assertThat(stats.snapshot().inFlight().peakLow()).isEqualTo(1);
        assertThat(stats.snapshot().window().counts().requests()).isZero();
    }

    @Test
    void theThreadEndsOnDemandAndComesBack() {
        HttpStats stats = stats(1_000_000, remembering);
        requests(stats, 10_000, Duration.ofNanos(100));

        stats.endThread();

        assertThat(threads.get(0).isAlive()).isFalse();
        requests(stats, 10_000, Duration.ofNanos(100));
        assertThat(threads).hasSize(2);
        assertThat(stats.snapshot().requests().count()).isEqualTo(20_000);
    }

    @Test
    void withoutAThreadRequestsReadTheClock() {
        ThreadFactory exhausted = work -> {
            throw new OutOfMemoryError("unable to create native thread");
        };
        HttpStats stats = stats(1_000_000, exhausted);
        requests(stats, 10_000, Duration.ofNanos(100));
        nanos.addAndGet(Duration.ofSeconds(100).toNanos());
        requests(stats, 3, Duration.ofNanos(100));

        assertThat(stats.snapshot().window().counts().requests()).isEqualTo(3);
    }
}
