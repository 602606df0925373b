package io.github.doorbuster.httpstats;

import java.util.concurrent.atomic.AtomicLongArray;

/** A Prometheus histogram of one series, cumulative since the start. Thread-safe, without locks. */
final class DurationBuckets {

    /** Inclusive upper bounds in nanoseconds; the last bucket is unbounded. */
    private final long[] bounds;

    /** The count of each bucket, and then the sum. */
    private final AtomicLongArray counts;

    DurationBuckets(long[] bounds) {
        this.bounds = bounds;
        counts = new AtomicLongArray(bounds.length + 2);
    }

    void add(long[] nanos, int from, int to) {
        long sum = 0;
        int bucket = 0;
        int pending = 0;
        for (int i = from; i < to; i++) {
            int next = bucketOf(nanos[i]);
            if (next != bucket && pending > 0) {
                counts.getAndAdd(bucket, pending);
                pending = 0;
            }
            bucket = next;
            pending++;
            sum += nanos[i];
        }
        counts.getAndAdd(bucket, pending);
        counts.getAndAdd(bounds.length + 1, sum);
    }

    private int bucketOf(long nanos) {
        int bucket = 0;
        while (bucket < bounds.length && nanos > bounds[bucket]) {
            bucket++;
        }
        return bucket;
    }

    long[] counts() {
        long[] copy = new long[bounds.length + 1];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(i);
        }
        return copy;
    }

    long sum() {
        return counts.get(bounds.length + 1);
    }
}
