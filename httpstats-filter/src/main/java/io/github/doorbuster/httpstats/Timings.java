package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.latency.Latencies;
import io.github.doorbuster.httpstats.latency.LatencyReservoir;
import io.github.doorbuster.httpstats.latency.LatencySummary;
import io.github.doorbuster.httpstats.latency.Resolution;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/** Takes the stripes' samples by the batch and sorts them into the window and into each series' histogram. */
final class Timings {

    /** Stand where a series' number stands, for times that are no response times. */
    static final int FIRST_BYTE = -1;

    static final int QUEUED = -2;

    private static final int SUCCESS = 2;

    private final SeriesIndex series;
    private final LatencyReservoir responses;
    private final LatencyReservoir firstBytes;
    private final LatencyReservoir queued;

    /** Fair, or a reader who takes it piece by piece would overtake the writers he woke. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final int batchSize;
    private DurationBuckets[] buckets = new DurationBuckets[0];
    private long clamped;

    Timings(SeriesIndex series, int routes, IntFunction<LatencyReservoir> reservoirOf) {
        this.series = series;
        responses = reservoirOf.apply(routes);
        batchSize = responses.batchSize();
        firstBytes = reservoirOf.apply(1);
        queued = reservoirOf.apply(1);
    }

    int batchSize() {
        return batchSize;
    }

    /** Notes one time on a stripe that the caller holds. */
    void add(Stripe stripe, int id, long nanos, long now) {
        if (now - stripe.sliceEnd >= 0) {
            drain(stripe);
            stripe.slice = responses.sliceAt(now);
            stripe.sliceEnd = responses.endOf(stripe.slice);
        }
        if (stripe.add(id, nanos) >= batchSize) {
            drainSoon(stripe);
        }
    }

    /** Waits for the lock only when there is no room left for the next sample. */
    private void drainSoon(Stripe stripe) {
        if (!stripe.hasRoom()) {
            drain(stripe);
        } else if (lock.tryLock()) {
            try {
                take(stripe);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Takes the waiting samples of a stripe that the caller holds. */
    void drain(Stripe stripe) {
        if (!stripe.hasSamples()) {
            return;
        }
        lock.lock();
        try {
            take(stripe);
        } finally {
            lock.unlock();
        }
    }

    private void take(Stripe stripe) {
        int end = stripe.samplesEnd;
        stripe.samplesEnd = LinePadding.ELEMENTS;
        int from = LinePadding.ELEMENTS;
        while (from < end) {
            int id = stripe.sampleSeries[from];
            int to = from + 1;
            while (to < end && stripe.sampleSeries[to] == id) {
                to++;
            }
            take(stripe.slice, id, stripe.sampleNanos, from, to);
            from = to;
        }
    }

    /** In a rush most requests are alike: a run of them is looked up once. */
    private void take(long slice, int id, long[] nanos, int from, int to) {
        for (int i = from; i < to; i++) {
            if (nanos[i] < 0 || nanos[i] > Resolution.HIGHEST_NANOS) {
                clamped++;
                nanos[i] = Math.max(0, nanos[i]);
            }
        }
        if (id >= 0) {
            bucketsOf(id).add(nanos, from, to);
            responses.add(slice, series.route(id), series.statusClass(id), nanos, from, to);
        } else {
            (id == FIRST_BYTE ? firstBytes : queued).add(slice, 0, SUCCESS, nanos, from, to);
        }
    }

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

    Reading read(long now, int size) {
        Latencies times = responses.read(now, lock);
        LatencySummary firstByte = firstBytes.read(now, lock).all();
        LatencySummary queuing = queued.read(now, lock).all();
        DurationBuckets[] copies = new DurationBuckets[size];
        lock.lock();
        try {
            for (int i = 0; i < size; i++) {
                copies[i] = bucketsOf(i).copy();
            }
            return new Reading(times, firstByte, queuing, copies, clamped);
        } finally {
            lock.unlock();
        }
    }

    /** The times that were there when each was read; the buckets are by series. */
    record Reading(
            Latencies responses,
            LatencySummary firstByte,
            LatencySummary queued,
            DurationBuckets[] buckets,
            long clamped) {}
}
