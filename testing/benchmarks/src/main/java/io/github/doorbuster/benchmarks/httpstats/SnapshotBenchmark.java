package io.github.doorbuster.benchmarks.httpstats;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.format.JsonFormat;
import io.github.doorbuster.httpstats.format.PrometheusFormat;
import io.github.doorbuster.httpstats.format.StatsFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one look at the numbers of a hundred busy routes costs the reader. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class SnapshotBenchmark {

    private static final int ROUTES = 100;
    private static final int REQUESTS = 500_000;

    private final HttpStats stats = HttpStats.builder().build();
    private final StatsFormat json = new JsonFormat();
    private final StatsFormat prometheus = PrometheusFormat.text();

    /** Fills the window: times from a tenth of a millisecond to a second, one request in ten an error. */
    @Setup
    public void fill() {
        for (int i = 0; i < REQUESTS; i++) {
            stats.begin();
            long nanos = (long)
                    (100_000 * Math.pow(10_000, ThreadLocalRandom.current().nextDouble()));
            stats.end(System.nanoTime() - nanos, "/route/" + i % ROUTES, "GET", i % 10 == 0 ? 503 : 200);
        }
    }

    /** The snapshot alone. */
    @Benchmark
    public HttpStatsSnapshot snapshot() {
        return stats.snapshot();
    }

    /** Snapshot and JSON. */
    @Benchmark
    public byte[] snapshotAndJson() {
        return json.render(stats.snapshot(), Map.of());
    }

    /** Snapshot and Prometheus text. */
    @Benchmark
    public byte[] snapshotAndPrometheus() {
        return prometheus.render(stats.snapshot(), Map.of());
    }
}
