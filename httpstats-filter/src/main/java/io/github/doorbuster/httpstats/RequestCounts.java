package io.github.doorbuster.httpstats;

import java.util.Arrays;

/** The sums over all {@link Stripes}, with one element for each series. Not thread-safe. */
final class RequestCounts {

    private final long[] total;
    private final long[] window;
    private long aborted;
    private long streamed;
    private long peakInFlight;

    RequestCounts(int series) {
        total = new long[series];
        window = new long[series];
    }

    void add(long moreAborted, long moreStreamed, long peak) {
        aborted += moreAborted;
        streamed += moreStreamed;
        peakInFlight += peak;
    }

    void add(int series, long sinceStart, int inWindow) {
        total[series] += sinceStart;
        window[series] += Integer.toUnsignedLong(inWindow);
    }

    void add(RequestCounts other) {
        add(other.aborted, other.streamed, other.peakInFlight);
        for (int i = 0; i < total.length; i++) {
            total[i] += other.total[i];
            window[i] += other.window[i];
        }
    }

    void clear() {
        Arrays.fill(total, 0);
        Arrays.fill(window, 0);
        aborted = 0;
        streamed = 0;
        peakInFlight = 0;
    }

    int series() {
        return total.length;
    }

    /** {@return the requests of a series since the start} */
    long total(int series) {
        return total[series];
    }

    /** {@return the requests of a series in the window} */
    long window(int series) {
        return window[series];
    }

    long aborted() {
        return aborted;
    }

    long streamed() {
        return streamed;
    }

    /** {@return the sum of the peaks of the stripes in the window, an upper bound of the common peak} */
    long peakInFlight() {
        return peakInFlight;
    }
}
