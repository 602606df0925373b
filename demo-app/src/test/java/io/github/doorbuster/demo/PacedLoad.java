package io.github.doorbuster.demo;

import io.github.doorbuster.testing.Parallel;
import io.github.doorbuster.testing.RawHttpClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Page views at a fixed rate. The time of a request counts from when it was due, so that a late response to an earlier
 * request is included (no coordinated omission). There is one histogram for each second.
 */
final class PacedLoad {

    private static final int CONNECTIONS = 16;
    private static final int IDS = 10;
    private static final long HIGHEST_MICROS = 60_000_000;

    private final URI server;
    private final int perSecond;
    private final int items;
    private final ExpectedViews expected;
    private final List<Histogram> seconds;
    private final long start = System.nanoTime();
    private final CompletableFuture<Void> over;

    private PacedLoad(URI server, int perSecond, int items, int seconds, ExpectedViews expected) {
        this.server = server;
        this.perSecond = perSecond;
        this.items = items;
        this.expected = expected;
        this.seconds = Stream.generate(() -> new Histogram(HIGHEST_MICROS, 3))
                .limit(seconds)
                .toList();
        this.over = CompletableFuture.runAsync(() -> {
            try {
                Parallel.run(CONNECTIONS, this::connection);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Starts sending, and adds every request to the expected views. */
    static PacedLoad start(URI server, int perSecond, int items, int seconds, ExpectedViews expected) {
        return new PacedLoad(server, perSecond, items, seconds, expected);
    }

    private void connection(int number) throws IOException, InterruptedException {
        Random random = new Random(number);
        try (RawHttpClient client = RawHttpClient.connect(server)) {
            for (int i = number; i < perSecond * seconds.size(); i += CONNECTIONS) {
                List<String> ids = IntStream.range(0, IDS)
                        .mapToObj(id -> "m" + random.nextInt(items))
                        .toList();
                byte[] request =
                        RawHttpClient.jsonPost("/items/pvc", "{\"item_ids\":[\"" + String.join("\",\"", ids) + "\"]}");
                long due = start + TimeUnit.SECONDS.toNanos(i) / perSecond;
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime()); // the rate of the load
                int status = client.exchange(request);
                long micros = (System.nanoTime() - due) / 1000;
                expected.add(status, ids);
                Histogram second = seconds.get(i / perSecond);
                synchronized (second) {
                    second.recordValue(Math.min(micros, HIGHEST_MICROS));
                }
            }
        }
    }

    /** Waits until the load has run for so many seconds. */
    void awaitSecond(int second) throws InterruptedException {
        // The load is a function of time, and so are the faults during it.
        TimeUnit.NANOSECONDS.sleep(start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
    }

    void awaitEnd() {
        over.join();
    }

    /** {@return the median of the 99th percentiles of these seconds, which ignores a single slow second} */
    double p99Millis(int from, int to) {
        List<Long> micros = new ArrayList<>();
        for (Histogram second : seconds.subList(from, to)) {
            synchronized (second) {
                micros.add(second.getValueAtPercentile(99));
            }
        }
        micros.sort(null);
        return micros.get(micros.size() / 2) / 1e3;
    }

    /** {@return the longest time of these seconds} */
    double maxMillis(int from, int to) {
        return seconds.subList(from, to).stream()
                        .mapToLong(Histogram::getMaxValue)
                        .max()
                        .orElseThrow()
                / 1e3;
    }
}
