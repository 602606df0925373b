package io.github.doorbuster.benchmarks.buylock;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** What the waiters of a hot item see: how many are served, how fast after each other, and in which order. */
final class HotItemMeter {

    private static final int HOLD_MILLIS = 2;

    private final int threadsBefore = ManagementFactory.getThreadMXBean().getThreadCount();
    private final AtomicLong arrivals = new AtomicLong();
    private final NavigableSet<Long> waiting = new ConcurrentSkipListSet<>();
    private final AtomicLong grants = new AtomicLong();
    private final ConcurrentHistogram overtaken = new ConcurrentHistogram(3);
    private final ConcurrentHistogram gaps = new ConcurrentHistogram(3);
    private final ConcurrentHistogram waits = new ConcurrentHistogram(3);
    private volatile long releasedAt;
    private volatile int threads;
    private volatile boolean over;

    /** A purchase that waits. */
    record Arrival(long number, long at) {}

    Arrival arrive() {
        Arrival arrival = new Arrival(arrivals.getAndIncrement(), System.nanoTime());
        waiting.add(arrival.number);
        return arrival;
    }

    void granted(Arrival arrival) {
        long now = System.nanoTime();
        long before = releasedAt;
        if (before != 0) {
            gaps.recordValue(Math.max(0, now - before));
        }
        waits.recordValue(now - arrival.at);
        overtaken.recordValue(waiting.headSet(arrival.number).size());
        waiting.remove(arrival.number);
        grants.incrementAndGet();
    }

    /** The purchase itself. */
    void hold() {
        try {
            TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        releasedAt = System.nanoTime();
    }

    /** Lets the waiters buy for some time. */
    void run(int seconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(seconds);
        threads = ManagementFactory.getThreadMXBean().getThreadCount() - threadsBefore;
        over = true;
    }

    boolean isOver() {
        return over;
    }

    static void printHead() {
        System.out.println(
                "| strategy | grants/s | store operations per grant | release to next grant p50, ms | p99, ms"
                        + " | wait p50, ms | p99, ms | earlier arrivals still waiting p50 | p99 | threads |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    }

    void print(String strategy, int seconds, long operations) {
        long total = Math.max(1, grants.get());
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.2f | %.3f | %.3f | %.0f | %.0f | %d | %d | %d |%n",
                strategy,
                (double) total / seconds,
                (double) operations / total,
                gaps.getValueAtPercentile(50) / 1e6,
                gaps.getValueAtPercentile(99) / 1e6,
                waits.getValueAtPercentile(50) / 1e6,
                waits.getValueAtPercentile(99) / 1e6,
                overtaken.getValueAtPercentile(50),
                overtaken.getValueAtPercentile(99),
                threads);
    }
}
