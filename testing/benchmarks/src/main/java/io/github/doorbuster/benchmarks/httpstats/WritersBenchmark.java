package io.github.doorbuster.benchmarks.httpstats;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.format.Sections;
import io.github.doorbuster.httpstats.format.StatsFormat;
import io.github.doorbuster.httpstats.format.StatsFormats;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** The throughput of two recording threads, without a reader and with one that reads ten times a second. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@Threads(2)
@State(Scope.Benchmark)
public class WritersBenchmark {

    private static final int ROUTES = 64;

    /** The snapshots that the reader takes each second. */
    @Param({"0", "10"})
    public int readsPerSecond;

    private final HttpStats stats = HttpStats.builder().build();
    private final ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
    private final String[] routes = new String[ROUTES];

    /** Starts the reader. */
    @Setup
    public void startReader() {
        for (int i = 0; i < ROUTES; i++) {
            routes[i] = "/route/" + i;
        }
        if (readsPerSecond > 0) {
            StatsFormat json = new StatsFormats().choose("json", null);
            long period = TimeUnit.SECONDS.toMicros(1) / readsPerSecond;
            reader.scheduleAtFixedRate(
                    () -> json.render(stats.snapshot(), Sections.none()), period, period, TimeUnit.MICROSECONDS);
        }
    }

    /** Stops the reader. */
    @TearDown
    public void stopReader() {
        reader.shutdownNow();
    }

    /** One thread's next route. */
    @State(Scope.Thread)
    public static class Next {
        int route;
    }

    /** One request. */
    @Benchmark
    public void request(Next next) {
        long start = stats.begin();
        stats.end(start, routes[next.route++ & ROUTES - 1], "GET", 200);
    }
}
