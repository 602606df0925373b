package io.github.doorbuster.demo;

import io.github.doorbuster.testing.KeepAlivePoster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Page views sent by the clock, whether or not earlier ones have been answered late: a request's time counts from when
 * it was due. One histogram for each second.
 */
final class PacedLoad {

    private static final int CONNECTIONS = 16;
    private static final int IDS = 10;
    private static final long HIGHEST_MICROS = 60_000_000;

    private final int port;
    private final int perSecond;
    private final int items;
    private final ViewTally tally;
    private final List<Histogram> seconds;
    private final long start = System.nanoTime();
    private final CompletableFuture<Void> over;

    private PacedLoad(int port, int perSecond, int items, int seconds, ViewTally tally) {
        this.port = port;
        this.perSecond = perSecond;
        this.items = items;
        this.tally = tally;
        this.seconds = Stream.generate(() -> new Histogram(HIGHEST_MICROS, 3))
                .limit(seconds)
                .toList();
        this.over = CompletableFuture.runAsync(() -> {
            try {
                Clients.together(CONNECTIONS, this::connection);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Starts sending; every answer goes into the tally. */
    static PacedLoad start(int port, int perSecond, int items, int seconds, ViewTally tally) {
        return new PacedLoad(port, perSecond, items, seconds, tally);
    }

    private void connection(int number) throws IOException, InterruptedException {
        Random random = new Random(number);
        try (KeepAlivePoster poster = new KeepAlivePoster(port)) {
            for (int i = number; i < perSecond * seconds.size(); i += CONNECTIONS) {
                List<String> ids = IntStream.range(0, IDS)
                        .mapToObj(id -> "m" + random.nextInt(items))
                        .toList();
                byte[] request =
                        KeepAlivePoster.request("/items/pvc", "{\"item_ids\":[\"" + String.join("\",\"", ids) + "\"]}");
                long due = start + TimeUnit.SECONDS.toNanos(i) / perSecond;
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                int status = poster.send(request);
                long micros = (System.nanoTime() - due) / 1000;
                tally.answered(status, ids);
                Histogram second = seconds.get(i / perSecond);
                synchronized (second) {
                    second.recordValue(Math.min(micros, HIGHEST_MICROS));
                }
            }
        }
    }

    /** Waits until the load has lasted so long. */
    void awaitSecond(int second) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
    }

    void awaitEnd() {
        over.join();
    }

    /** The median of the 99th percentiles of these seconds: one bad second of the machine does not move it. */
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

    /** The longest time of these seconds. */
    double maxMillis(int from, int to) {
        return seconds.subList(from, to).stream()
                        .mapToLong(Histogram::getMaxValue)
                        .max()
                        .orElseThrow()
                / 1e3;
    }
}
