package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The samples of the last {@code windowSeconds}, in {@value #SLICES} slices: one that is being filled and the full ones
 * before it. It never holds samples that are older than the window.
 */
final class SlidingWindow implements Reservoir {

    static final int SLICES = 6;

    private static final int BATCH = 512;
    private static final int SUCCESS = 2;

    private final long sliceNanos;
    private final long origin;
    private final @Nullable RotatingHistogram[] routes;
    private final RotatingHistogram[] statusClasses = new RotatingHistogram[STATUS_CLASSES];
    private final DurationStats batch = new DurationStats();
    private long current;
    private int currentSlot;

    SlidingWindow(int windowSeconds, int routes, long nanoTime) {
        this.sliceNanos = TimeUnit.SECONDS.toNanos(windowSeconds) / SLICES;
        this.origin = nanoTime;
        this.routes = new RotatingHistogram[routes];
        for (int i = 0; i < STATUS_CLASSES; i++) {
            statusClasses[i] = new RotatingHistogram();
        }
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public long sliceAt(long nanoTime) {
        return Math.floorDiv(nanoTime - origin, sliceNanos);
    }

    @Override
    public long endOf(long slice) {
        return origin + (slice + 1) * sliceNanos;
    }

    @Override
    public void add(long slice, int route, int statusClass, long[] nanos, int from, int to) {
        if (slice > current) {
            advanceTo(slice);
        } else if (slice <= current - SLICES) {
            return;
        }
        boolean open = slice == current;
        int slot = open ? currentSlot : slot(slice);
        RotatingHistogram ofRoute = routes[route];
        if (ofRoute == null) {
            ofRoute = routes[route] = new RotatingHistogram();
        }
        batch.clear();
        batch.add(nanos, from, to);
        ofRoute.record(slot, open, batch, nanos, from, to);
        // Most requests succeed. A reader gets their histogram as the total without the other classes.
        if (statusClass == SUCCESS) {
            statusClasses[SUCCESS].recordStats(slot, batch);
        } else {
            statusClasses[statusClass].record(slot, open, batch, nanos, from, to);
        }
    }

    private void advanceTo(long slice) {
        close(currentSlot);
        for (long next = Math.max(current + 1, slice - SLICES + 1); next <= slice; next++) {
            clear(slot(next));
        }
        current = slice;
        currentSlot = slot(slice);
    }

    private void close(int slot) {
        for (RotatingHistogram histogram : routes) {
            if (histogram != null) {
                histogram.close(slot);
            }
        }
        for (RotatingHistogram histogram : statusClasses) {
            histogram.close(slot);
        }
    }

    private void clear(int slot) {
        for (RotatingHistogram histogram : routes) {
            if (histogram != null) {
                histogram.clear(slot);
            }
        }
        for (RotatingHistogram histogram : statusClasses) {
            histogram.clear(slot);
        }
    }

    private static int slot(long slice) {
        return (int) Math.floorMod(slice, (long) SLICES);
    }

    @Override
    public ReservoirSnapshot snapshot(long nanoTime, Lock lock) {
        lock.lock();
        try {
            return snapshot(nanoTime);
        } finally {
            lock.unlock();
        }
    }

    private ReservoirSnapshot snapshot(long nanoTime) {
        long now = sliceAt(nanoTime);
        if (now > current) {
            advanceTo(now);
        }
        Histogram total = Histograms.newSum();
        Histogram ofRoute = Histograms.newSum();
        DurationStats totalStats = new DurationStats();
        List<Latency> byRoute = new ArrayList<>();
        for (RotatingHistogram histogram : routes) {
            DurationStats stats = histogram == null ? new DurationStats() : histogram.stats();
            if (histogram != null && stats.count() > 0) {
                ofRoute.reset();
                histogram.addTo(ofRoute, currentSlot);
                total.add(ofRoute);
                totalStats.add(stats);
            }
            byRoute.add(stats.count() == 0 ? Latency.EMPTY : Latency.of(stats, ofRoute));
        }
        return new ReservoirSnapshot(
                Latency.of(totalStats, total), byRoute, byStatusClass(total), total, span(nanoTime));
    }

    private List<Latency> byStatusClass(Histogram total) {
        Histogram success = total.copy();
        Latency[] latencies = new Latency[STATUS_CLASSES];
        for (int i = 0; i < STATUS_CLASSES; i++) {
            if (i != SUCCESS) {
                Histogram histogram = Histograms.newSum();
                statusClasses[i].addTo(histogram, currentSlot);
                success.subtract(histogram);
                latencies[i] = Latency.of(statusClasses[i].stats(), histogram);
            }
        }
        latencies[SUCCESS] = Latency.of(statusClasses[SUCCESS].stats(), success);
        return List.of(latencies);
    }

    private long span(long nanoTime) {
        long full = Math.min(current, SLICES - 1L) * sliceNanos;
        return full + Math.max(0, nanoTime - origin - current * sliceNanos);
    }
}
