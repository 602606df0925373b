package io.github.doorbuster.httpstats;

/** Exact count, sum, minimum and maximum of a set of durations in nanoseconds. Not thread-safe. */
final class DurationStats {

    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max;

    void add(long nanos) {
        count++;
        sum += nanos;
        if (nanos < min) {
            min = nanos;
        }
        if (nanos > max) {
            max = nanos;
        }
    }

    void add(long[] nanos, int from, int to) {
        // In local variables, because the JIT compiler does not keep fields in registers.
        long added = 0;
        long lowest = min;
        long highest = max;
        for (int i = from; i < to; i++) {
            long time = nanos[i];
            added += time;
            lowest = Math.min(lowest, time);
            highest = Math.max(highest, time);
        }
        count += to - from;
        sum += added;
        min = lowest;
        max = highest;
    }

    void add(DurationStats other) {
        count += other.count;
        sum += other.sum;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    /** {@return the value, or the nearer one of minimum and maximum} */
    long clamp(long nanos) {
        return Math.max(min(), Math.min(max, nanos));
    }

    void clear() {
        count = 0;
        sum = 0;
        min = Long.MAX_VALUE;
        max = 0;
    }

    long count() {
        return count;
    }

    long sum() {
        return sum;
    }

    long min() {
        return count == 0 ? 0 : min;
    }

    long max() {
        return max;
    }
}
