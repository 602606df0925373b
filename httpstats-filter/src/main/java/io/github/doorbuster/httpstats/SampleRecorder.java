package io.github.doorbuster.httpstats;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Distributes samples to the reservoirs and to the buckets of their series. Thread-safe. */
final class SampleRecorder implements SampleSink {

    /** The status class of times that are not response times. It is never read. */
    private static final int ANY_CLASS = 2;

    private final SeriesIndex series;
    private final long[] bucketBounds;
    private final Reservoir responses;
    private final IntFunction<Reservoir> newReservoir;

    /** The times to first byte, and the queue times; allocated for the first sample. */
    private final AtomicReferenceArray<@Nullable Reservoir> others = new AtomicReferenceArray<>(2);

    private final AtomicReferenceArray<@Nullable DurationBuckets> buckets;
    private final AtomicLong clamped = new AtomicLong();

    SampleRecorder(SeriesIndex series, int routes, long[] bucketBounds, IntFunction<Reservoir> newReservoir) {
        this.series = series;
        this.bucketBounds = bucketBounds.clone();
        this.newReservoir = newReservoir;
        responses = newReservoir.apply(routes);
        buckets = new AtomicReferenceArray<>(series.capacity());
    }

    int batchSize() {
        return responses.batchSize();
    }

    @Override
    public long sliceOf(int windowSlice, long nanoTime) {
        return responses.sliceOf(windowSlice, nanoTime);
    }

    @Override
    public boolean add(long slice, int id, long[] nanos, int from, int to, boolean wait) {
        long bits = bitsOf(nanos, from, to);
        if (bits < 0) {
            raiseToZero(nanos, from, to);
        }
        if (id == SampleBatch.FIRST_BYTE || id == SampleBatch.QUEUE_TIME) {
            return other(id).add(slice, 0, ANY_CLASS, nanos, from, to, wait);
        }
        DurationBuckets ofSeries = bucketsOf(id);
        boolean added = responses.add(slice, series.route(id), series.statusClass(id), nanos, from, to, wait);
        if (added) {
            ofSeries.add(nanos, from, to);
            if (bits < 0 || bits > Histograms.HIGHEST_NANOS) {
                countTooLong(nanos, from, to);
            }
        }
        return added;
    }

    /** {@return a number that is negative if one of the times is, and otherwise not below any of them} */
    private static long bitsOf(long[] nanos, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits |= nanos[i];
        }
        return bits;
    }

    private void raiseToZero(long[] nanos, int from, int to) {
        for (int i = from; i < to; i++) {
            if (nanos[i] < 0) {
                nanos[i] = 0;
                clamped.incrementAndGet();
            }
        }
    }

    private void countTooLong(long[] nanos, int from, int to) {
        for (int i = from; i < to; i++) {
            if (nanos[i] > Histograms.HIGHEST_NANOS) {
                clamped.incrementAndGet();
            }
        }
    }

    private Reservoir other(int id) {
        int index = SampleBatch.FIRST_BYTE - id;
        Reservoir found = others.get(index);
        if (found != null) {
            return found;
        }
        Reservoir fresh = newReservoir.apply(1);
        Reservoir winner = others.compareAndExchange(index, null, fresh);
        return winner == null ? fresh : winner;
    }

    private DurationBuckets bucketsOf(int id) {
        DurationBuckets found = buckets.get(id);
        if (found != null) {
            return found;
        }
        DurationBuckets fresh = new DurationBuckets(bucketBounds);
        DurationBuckets winner = buckets.compareAndExchange(id, null, fresh);
        return winner == null ? fresh : winner;
    }

    /** {@return the buckets of a series, or null if it has no samples} */
    @Nullable
    DurationBuckets buckets(int id) {
        return buckets.get(id);
    }

    /** {@return what the reservoirs hold in the window that ends with a slice} */
    RecordedSamples samples(int slice, long nanoTime, Latencies latencies) {
        return new RecordedSamples(
                responses.snapshot(slice, nanoTime, latencies),
                other(SampleBatch.FIRST_BYTE, slice, nanoTime, latencies),
                other(SampleBatch.QUEUE_TIME, slice, nanoTime, latencies),
                clamped.get());
    }

    private Latency other(int id, int slice, long nanoTime, Latencies latencies) {
        Reservoir reservoir = others.get(SampleBatch.FIRST_BYTE - id);
        return reservoir == null
                ? latencies.empty()
                : reservoir.snapshot(slice, nanoTime, latencies).all();
    }
}
