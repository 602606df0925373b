package io.github.doorbuster.httpstats.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The last {@code bufferSize} sampled times, whenever they were measured. */
public final class LastSamples implements LatencyReservoir {

    private static final int ROUTE_BITS = 10;
    private static final int CLASS_BITS = 3;

    private final long[] nanos;
    private final short[] tags;
    private final int routes;
    private long added;

    /**
     * Makes an empty ring.
     *
     * @param bufferSize how many samples it holds
     * @param routes how many routes there can be
     */
    public LastSamples(int bufferSize, int routes) {
        this.nanos = new long[bufferSize];
        this.tags = new short[bufferSize];
        this.routes = routes;
    }

    @Override
    public int batchSize() {
        return 1;
    }

    @Override
    public long sliceAt(long nanoTime) {
        return 0;
    }

    @Override
    public long endOf(long slice) {
        return Long.MAX_VALUE;
    }

    @Override
    public void add(long slice, int route, int statusClass, long[] times, int from, int to) {
        for (int i = from; i < to; i++) {
            int slot = (int) (added++ % nanos.length);
            nanos[slot] = times[i];
            tags[slot] = (short) (route << CLASS_BITS | statusClass);
        }
    }

    @Override
    public Latencies read(long nanoTime) {
        int size = (int) Math.min(added, nanos.length);
        Histogram total = Resolution.sum();
        Tally tally = new Tally();
        for (int i = 0; i < size; i++) {
            tally.add(nanos[i]);
            total.recordValue(Resolution.clamp(nanos[i]));
        }
        List<LatencySummary> byRoute = summaries(size, routes, CLASS_BITS, (1 << ROUTE_BITS) - 1);
        List<LatencySummary> byClass = summaries(size, STATUS_CLASSES, 0, (1 << CLASS_BITS) - 1);
        return new Latencies(LatencySummary.of(tally, total), byRoute, byClass, total, 0);
    }

    private List<LatencySummary> summaries(int size, int groups, int shift, int mask) {
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            order[i] = (long) (tags[i] >>> shift & mask) << Integer.SIZE | i;
        }
        Arrays.sort(order);
        List<LatencySummary> summaries = new ArrayList<>(Collections.nCopies(groups, LatencySummary.EMPTY));
        Histogram scratch = Resolution.sum();
        for (int from = 0; from < size; ) {
            int group = (int) (order[from] >>> Integer.SIZE);
            Tally tally = new Tally();
            scratch.reset();
            for (; from < size && order[from] >>> Integer.SIZE == group; from++) {
                long time = nanos[(int) order[from]];
                tally.add(time);
                scratch.recordValue(Resolution.clamp(time));
            }
            summaries.set(group, LatencySummary.of(tally, scratch));
        }
        return summaries;
    }
}
