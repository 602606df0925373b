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

    /** Adds times that are at least 0. Successive times are often in one bucket. */
    void add(long[] nanos, int from, int to) {
        long sum = 0;
        int bucket = 0;
        int firstInBucket = from;
        long above = -1;
        long upTo = upperBound(0);
        for (int i = from; i < to; i++) {
            long time = nanos[i];
            sum += time;
            if (time <= above || time > upTo) {
                counts.getAndAdd(bucket, i - firstInBucket);
                firstInBucket = i;
                bucket = bucketOf(time);
                above = bucket == 0 ? -1 : bounds[bucket - 1];
                upTo = upperBound(bucket);
            }
        }
        counts.getAndAdd(bucket, to - firstInBucket);
        counts.getAndAdd(bounds.length + 1, sum);
    }

    private long upperBound(int bucket) {
        return bucket == bounds.length ? Long.MAX_VALUE : bounds[bucket];
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
