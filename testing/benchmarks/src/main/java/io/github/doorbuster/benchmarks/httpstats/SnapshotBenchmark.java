package io.github.doorbuster.benchmarks.httpstats;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.format.Sections;
import io.github.doorbuster.httpstats.format.StatsFormat;
import io.github.doorbuster.httpstats.format.StatsFormats;
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

/** The time that a reader needs for one snapshot of a hundred busy routes. */
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
    private final StatsFormat json = new StatsFormats().choose("json", null);
    private final StatsFormat prometheus = new StatsFormats().choose("prometheus", null);

    /** Fills the window with times from 0.1 ms to 1 s; one request in ten is an error. */
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

    /** The snapshot, rendered as JSON. */
    @Benchmark
    public byte[] snapshotAndJson() {
        return json.render(stats.snapshot(), Sections.none());
    }

    /** The snapshot, rendered as Prometheus text. */
    @Benchmark
    public byte[] snapshotAndPrometheus() {
        return prometheus.render(stats.snapshot(), Sections.none());
    }
}
