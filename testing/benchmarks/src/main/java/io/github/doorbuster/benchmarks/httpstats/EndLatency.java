package io.github.doorbuster.benchmarks.httpstats;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long {@code end} takes with 1,000 routes: the tail of ten million calls, in alternating turns without a reader
 * and with one that takes ten snapshots a second.
 *
 * <p>Usage: {@code java -cp benchmarks.jar ...EndLatency [turns]}
 */
final class EndLatency {

    private static final int CALLS = 10_000_000;
    private static final int ROUTES = 1_000;

    private EndLatency() {}

    /** Prints one line for each turn. */
    public static void main(String... arguments) throws Exception {
        int turns = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        String[] routes = new String[ROUTES];
        for (int i = 0; i < ROUTES; i++) {
            routes[i] = "/route/" + i;
        }
        HttpStats warm = stats();
        measure(warm, routes);
        for (int turn = 0; turn < turns; turn++) {
            print("without a reader", measure(stats(), routes));
            HttpStats read = stats();
            CountDownLatch done = new CountDownLatch(1);
            Thread reader = new Thread(() -> readUntil(done, read), "reader");
            reader.start();
            print("with a reader   ", measure(read, routes));
            done.countDown();
            reader.join();
        }
    }

    private static HttpStats stats() {
        return HttpStats.builder()
                .config(HttpStatsConfig.builder().maxRoutes(ROUTES).build())
                .build();
    }

    private static void readUntil(CountDownLatch done, HttpStats stats) {
        try {
            while (!done.await(100, TimeUnit.MILLISECONDS)) {
                stats.snapshot();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Histogram measure(HttpStats stats, String[] routes) {
        Histogram nanos = new Histogram(TimeUnit.SECONDS.toNanos(10), 3);
        int route = 0;
        for (int i = 0; i < CALLS; i++) {
            route = (route * 421 + 113) % ROUTES;
            long ticket = stats.begin();
            long start = System.nanoTime();
            stats.end(ticket, routes[route], "GET", 200);
            nanos.recordValue(Math.min(System.nanoTime() - start, nanos.getHighestTrackableValue()));
        }
        return nanos;
    }

    private static void print(String what, Histogram nanos) {
        System.out.printf(
                "%s: p50 %d ns, p99 %.1f us, p99.9 %.1f us, p99.999 %.3f ms, max %.3f ms%n",
                what,
                nanos.getValueAtPercentile(50),
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getValueAtPercentile(99.9) / 1e3,
                nanos.getValueAtPercentile(99.999) / 1e6,
                nanos.getMaxValue() / 1e6);
    }
}
