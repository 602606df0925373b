package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the ids counted per second in requests of 20 ids over 100,000 items, with 1, 2 and 4 threads ({@code -t}).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(FoldingBenchmark.IDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FoldingBenchmark {

    static final int IDS = 20;
    private static final int REQUESTS = 1 << 14;

    private final List<Views> requests =
            ViewRequests.skewed(REQUESTS, IDS, 100_000).stream().map(Views::new).toList();
    private final ConcurrentMap<String, LongAdder> adders = new ConcurrentHashMap<>();
    private PvPool pool;

    /** The position of a thread in the requests. */
    @State(Scope.Thread)
    public static class Position {
        int next;
    }

    /** Starts a pool that does not flush while it is measured. */
    @Setup(Level.Trial)
    public void open() {
        pool = PvPool.builder()
                .store(new DiscardingStore())
                .config(PvPoolConfig.builder()
                        .flushMillis(3_600_000)
                        .flushItems(Integer.MAX_VALUE)
                        .maxPendingItems(10_000_000)
                        .build())
                .build();
    }

    /** Closes the pool. */
    @TearDown(Level.Trial)
    public void close() {
        pool.close();
    }

    private Views next(Position position) {
        position.next = (position.next + 1) & (REQUESTS - 1);
        return requests.get(position.next);
    }

    /** The pool: reserves room, counts the ids under one lock, and completes a future. */
    @Benchmark
    public Object pool(Position position) {
        return pool.add(next(position));
    }

    /** A concurrent map, without a limit and without swapping. */
    @Benchmark
    public Object concurrentMap(Position position) {
        for (String id : next(position).ids()) {
            adders.computeIfAbsent(id, first -> new LongAdder()).increment();
        }
        return adders;
    }
}
