package io.github.doorbuster.httpstats;

import java.util.Arrays;
import java.util.List;

/** A Prometheus histogram: cumulative since the start, with the bucket bounds that OpenTelemetry recommends. */
final class DurationBuckets {

    /** Inclusive upper bounds in milliseconds; the last bucket is unbounded. */
    private static final long[] BOUNDS_MILLIS = {5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000};

    private static final long[] BOUNDS =
            Arrays.stream(BOUNDS_MILLIS).map(millis -> millis * 1_000_000).toArray();

    private final long[] counts;
    private long sum;

    DurationBuckets() {
        this(new long[BOUNDS.length + 1], 0);
    }

    private DurationBuckets(long[] counts, long sum) {
        this.counts = counts;
        this.sum = sum;
    }

    void add(long[] nanos, int from, int to) {
        for (int i = from; i < to; i++) {
            int bucket = 0;
            while (bucket < BOUNDS.length && nanos[i] > BOUNDS[bucket]) {
                bucket++;
            }
            counts[bucket]++;
            sum += nanos[i];
        }
    }

    DurationBuckets copy() {
        return new DurationBuckets(counts.clone(), sum);
    }

    List<Long> counts() {
        return Arrays.stream(counts).boxed().toList();
    }

    long sum() {
        return sum;
    }

    static List<Long> bounds() {
        return Arrays.stream(BOUNDS).boxed().toList();
    }
}
