package io.github.doorbuster.httpstats.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The times of the last {@code windowSeconds}, in {@value #SLICES} slices: the slice being filled and the full ones
 * before it. What is older than the window is never part of it.
 */
public final class SlidingWindow implements LatencyReservoir {

    static final int SLICES = 6;

    private static final int BATCH = 512;
    private static final int SUCCESS = 2;

    private final long sliceNanos;
    private final long origin;
    private final @Nullable SlicedTimes[] routes;
    private final SlicedTimes[] statusClasses = new SlicedTimes[STATUS_CLASSES];
    private final Tally run = new Tally();
    private long current;
    private int currentSlot;

    /**
     * Makes an empty window.
     *
     * @param windowSeconds its length
     * @param routes how many routes there can be
     * @param nanoTime the present moment
     */
    public SlidingWindow(int windowSeconds, int routes, long nanoTime) {
        this.sliceNanos = TimeUnit.SECONDS.toNanos(windowSeconds) / SLICES;
        this.origin = nanoTime;
        this.routes = new SlicedTimes[routes];
        for (int i = 0; i < STATUS_CLASSES; i++) {
            statusClasses[i] = new SlicedTimes();
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
        SlicedTimes times = routes[route];
        if (times == null) {
            times = routes[route] = new SlicedTimes();
        }
        run.clear();
        run.add(nanos, from, to);
        times.record(slot, open, run, nanos, from, to);
        // Most requests succeed: their histogram is what the others leave of the total, and costs nothing here.
        if (statusClass == SUCCESS) {
            statusClasses[SUCCESS].tally(slot, run);
        } else {
            statusClasses[statusClass].record(slot, open, run, nanos, from, to);
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
        for (SlicedTimes times : routes) {
            if (times != null) {
                times.close(slot);
            }
        }
        for (SlicedTimes times : statusClasses) {
            times.close(slot);
        }
    }

    private void clear(int slot) {
        for (SlicedTimes times : routes) {
            if (times != null) {
                times.clear(slot);
            }
        }
        for (SlicedTimes times : statusClasses) {
            times.clear(slot);
        }
    }

    private static int slot(long slice) {
        return (int) Math.floorMod(slice, (long) SLICES);
    }

    @Override
    public Latencies read(long nanoTime, Lock lock) {
        lock.lock();
        try {
            return read(nanoTime);
        } finally {
            lock.unlock();
        }
    }

    private Latencies read(long nanoTime) {
        long now = sliceAt(nanoTime);
        if (now > current) {
            advanceTo(now);
        }
        int slot = currentSlot;
        Histogram total = Resolution.sum();
        Histogram scratch = Resolution.sum();
        Tally tally = new Tally();
        List<LatencySummary> byRoute = new ArrayList<>();
        for (SlicedTimes times : routes) {
            Tally own = times == null ? new Tally() : times.total();
            if (times != null && own.count() > 0) {
                scratch.reset();
                times.addTo(scratch, slot);
                total.add(scratch);
                tally.add(own);
            }
            byRoute.add(LatencySummary.of(own, scratch));
        }
        return new Latencies(
                LatencySummary.of(tally, total), byRoute, statusClasses(slot, total), total, span(nanoTime));
    }

    private List<LatencySummary> statusClasses(int slot, Histogram total) {
        Histogram success = total.copy();
        LatencySummary[] summaries = new LatencySummary[STATUS_CLASSES];
        for (int i = 0; i < STATUS_CLASSES; i++) {
            if (i != SUCCESS) {
                Histogram histogram = Resolution.sum();
                statusClasses[i].addTo(histogram, slot);
                success.subtract(histogram);
                summaries[i] = LatencySummary.of(statusClasses[i].total(), histogram);
            }
        }
        summaries[SUCCESS] = LatencySummary.of(statusClasses[SUCCESS].total(), success);
        return List.of(summaries);
    }

    private long span(long nanoTime) {
        long full = Math.min(current, SLICES - 1L) * sliceNanos;
        return full + Math.max(0, nanoTime - origin - current * sliceNanos);
    }
}
