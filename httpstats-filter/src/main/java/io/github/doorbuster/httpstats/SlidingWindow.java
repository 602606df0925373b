package io.github.doorbuster.httpstats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The samples of the last {@code windowSeconds}, by route and by status class. Thread-safe. */
final class SlidingWindow implements Reservoir {

    private static final int BATCH = 512;
    private static final int SUCCESS = 2;

    private final WindowClock clock;
    private final AtomicReferenceArray<@Nullable RotatingHistogram> routes;
    private final RotatingHistogram[] statusClasses = new RotatingHistogram[STATUS_CLASSES];

    SlidingWindow(WindowClock clock, int routes) {
        this.clock = clock;
        this.routes = new AtomicReferenceArray<>(routes);
        Arrays.setAll(statusClasses, i -> new RotatingHistogram());
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public long sliceOf(int windowSlice, long nanoTime) {
        return windowSlice;
    }

    @Override
    public boolean add(long slice, int route, int statusClass, long[] nanos, int from, int to, boolean wait) {
        RotatingHistogram ofRoute = ofRoute(route);
        if (!lock(ofRoute, wait)) {
            return false;
        }
        try {
            RotatingHistogram ofClass = statusClasses[statusClass];
            if (!lock(ofClass, wait)) {
                return false;
            }
            try {
                DurationStats stats = ofRoute.record(slice, nanos, from, to);
                // Most requests succeed. A reader gets their histogram as the total without the other classes.
                if (statusClass == SUCCESS) {
                    ofClass.recordStats(slice, stats);
                } else {
                    ofClass.record(slice, nanos, from, to);
                }
            } finally {
                ofClass.lock.unlock();
            }
            return true;
        } finally {
            ofRoute.lock.unlock();
        }
    }

    private static boolean lock(RotatingHistogram histogram, boolean wait) {
        if (histogram.lock.tryLock()) {
            return true;
        }
        if (wait) {
            histogram.lock.lock();
        }
        return wait;
    }

    private RotatingHistogram ofRoute(int route) {
        RotatingHistogram found = routes.get(route);
        if (found != null) {
            return found;
        }
        RotatingHistogram fresh = new RotatingHistogram();
        RotatingHistogram other = routes.compareAndExchange(route, null, fresh);
        return other == null ? fresh : other;
    }

    @Override
    public ReservoirSnapshot snapshot(int slice, long nanoTime, Latencies latencies) {
        Histogram total = Histograms.newSum();
        Histogram scratch = Histograms.newSum();
        DurationStats totalStats = new DurationStats();
        List<Latency> byRoute = new ArrayList<>();
        List<@Nullable Histogram> histograms = new ArrayList<>();
        for (int route = 0; route < routes.length(); route++) {
            RotatingHistogram histogram = routes.get(route);
            DurationStats stats = histogram == null ? new DurationStats() : copy(histogram, scratch, slice);
            if (stats.count() > 0) {
                total.add(scratch);
                totalStats.add(stats);
            }
            byRoute.add(latencies.of(stats, scratch));
            histograms.add(stats.count() == 0 ? null : Histograms.compactCopy(scratch));
        }
        return new ReservoirSnapshot(
                latencies.of(totalStats, total),
                byRoute,
                byStatusClass(total, slice, latencies),
                total,
                histograms,
                clock.spanNanos(slice, nanoTime));
    }

    private static DurationStats copy(RotatingHistogram histogram, Histogram into, int slice) {
        into.reset();
        DurationStats stats = new DurationStats();
        histogram.lock.lock();
        try {
            histogram.addTo(stats, into, slice);
        } finally {
            histogram.lock.unlock();
        }
        return stats;
    }

    private List<Latency> byStatusClass(Histogram total, int slice, Latencies latencies) {
        Histogram success = total.copy();
        Histogram scratch = Histograms.newSum();
        Latency[] byClass = new Latency[STATUS_CLASSES];
        for (int i = 0; i < STATUS_CLASSES; i++) {
            if (i != SUCCESS) {
                DurationStats stats = copy(statusClasses[i], scratch, slice);
                Histograms.subtract(success, scratch);
                byClass[i] = latencies.of(stats, scratch);
            }
        }
        DurationStats stats = copy(statusClasses[SUCCESS], scratch, slice);
        byClass[SUCCESS] = latencies.of(stats, success);
        return List.of(byClass);
    }
}
