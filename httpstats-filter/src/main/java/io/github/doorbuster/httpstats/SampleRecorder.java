package io.github.doorbuster.httpstats;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Latency;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/**
 * Collects samples in the stripes, and moves them in batches into the reservoirs and the buckets of their series. The
 * lock guards the reservoirs too. A thread may take it while it holds a stripe, never the other way round.
 */
final class SampleRecorder {

    /** Used in place of the number of a series, for times that are no response times. */
    static final int FIRST_BYTE = -1;

    static final int QUEUE_TIME = -2;

    /** The status class of these times, which is never read. */
    private static final int ANY_CLASS = 2;

    private final SeriesIndex series;
    private final Reservoir responses;
    private final Reservoir firstBytes;
    private final Reservoir queueTimes;

    /** Fair, because a reader that takes it chunk by chunk would otherwise overtake the writers that wait. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final int batchSize;

    @GuardedBy("lock")
    private DurationBuckets[] buckets = new DurationBuckets[0];

    @GuardedBy("lock")
    private long clamped;

    SampleRecorder(SeriesIndex series, int routes, IntFunction<Reservoir> newReservoir) {
        this.series = series;
        responses = newReservoir.apply(routes);
        batchSize = responses.batchSize();
        firstBytes = newReservoir.apply(1);
        queueTimes = newReservoir.apply(1);
    }

    int batchSize() {
        return batchSize;
    }

    /** Records one sample in a stripe that the caller holds. */
    void record(Stripe stripe, int id, long nanos, long now) {
        if (now - stripe.sliceEnd >= 0) {
            drain(stripe);
            stripe.slice = responses.sliceAt(now);
            stripe.sliceEnd = responses.endOf(stripe.slice);
        }
        if (stripe.addSample(id, nanos) >= batchSize) {
            tryDrain(stripe);
        }
    }

    /** Waits for the lock only if the stripe has no room for another sample. */
    private void tryDrain(Stripe stripe) {
        if (!stripe.hasRoom()) {
            drain(stripe);
        } else if (lock.tryLock()) {
            try {
                moveSamples(stripe);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Moves the samples of a stripe that the caller holds. */
    void drain(Stripe stripe) {
        if (!stripe.hasSamples()) {
            return;
        }
        lock.lock();
        try {
            moveSamples(stripe);
        } finally {
            lock.unlock();
        }
    }

    /** Moves consecutive samples of one series together: most requests of a rush are of few series. */
    @GuardedBy("lock")
    private void moveSamples(Stripe stripe) {
        int end = stripe.samplesEnd;
        stripe.samplesEnd = CacheLinePadding.ELEMENTS;
        int from = CacheLinePadding.ELEMENTS;
        while (from < end) {
            int id = stripe.sampleSeries[from];
            int to = from + 1;
            while (to < end && stripe.sampleSeries[to] == id) {
                to++;
            }
            add(stripe.slice, id, stripe.sampleNanos, from, to);
            from = to;
        }
    }

    @GuardedBy("lock")
    private void add(long slice, int id, long[] nanos, int from, int to) {
        for (int i = from; i < to; i++) {
            if (nanos[i] < 0 || nanos[i] > Histograms.HIGHEST_NANOS) {
                clamped++;
                nanos[i] = Math.max(0, nanos[i]);
            }
        }
        if (id >= 0) {
            bucketsOf(id).add(nanos, from, to);
            responses.add(slice, series.route(id), series.statusClass(id), nanos, from, to);
        } else {
            (id == FIRST_BYTE ? firstBytes : queueTimes).add(slice, 0, ANY_CLASS, nanos, from, to);
        }
    }

    @GuardedBy("lock")
    private DurationBuckets bucketsOf(int id) {
        if (id >= buckets.length) {
            int from = buckets.length;
            buckets = Arrays.copyOf(buckets, Math.max(id + 1, 2 * from));
            for (int i = from; i < buckets.length; i++) {
                buckets[i] = new DurationBuckets();
            }
        }
        return buckets[id];
    }

    /** {@return the samples of the reservoirs, and the buckets of the first series} */
    RecordedSamples samples(long now, int seriesCount) {
        ReservoirSnapshot response = responses.snapshot(now, lock);
        Latency firstByte = firstBytes.snapshot(now, lock).all();
        Latency queueTime = queueTimes.snapshot(now, lock).all();
        DurationBuckets[] copies = new DurationBuckets[seriesCount];
        lock.lock();
        try {
            for (int i = 0; i < seriesCount; i++) {
                copies[i] = bucketsOf(i).copy();
            }
            return new RecordedSamples(response, firstByte, queueTime, copies, clamped);
        } finally {
            lock.unlock();
        }
    }
}
