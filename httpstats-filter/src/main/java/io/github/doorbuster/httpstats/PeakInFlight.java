package io.github.doorbuster.httpstats;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The lower bound of the most requests in flight at one moment of the window: the highest of many samples. A sample is
 * taken when a stripe has a new peak, by readers, and at least every 100 ms while requests run: by the
 * {@link LoadTicker} and by the {@link RequestClock}, if the last sample is older than {@value #SAMPLE_MILLIS} ms.
 * Between two of these, the number does not change. Thread-safe, without locks.
 */
final class PeakInFlight {

    static final long SAMPLE_MILLIS = 50;

    private static final int COUNT_BITS = 32;

    private final Stripes stripes;

    /** For each slice of the window, its number in the upper half and its highest sample in the lower half. */
    private final AtomicLongArray highest = new AtomicLongArray(WindowClock.SLICES);

    PeakInFlight(Stripes stripes) {
        this.stripes = stripes;
    }

    /** Takes a sample and returns it. */
    long sample(int slice) {
        long inFlight = stripes.inFlightAtLeast();
        int slot = WindowClock.slot(slice);
        long candidate = (long) slice << COUNT_BITS | Math.min(inFlight, Integer.MAX_VALUE);
        long seen = highest.get(slot);
        // A later slice is a higher number too.
        while (candidate > seen && !highest.compareAndSet(slot, seen, candidate)) {
            seen = highest.get(slot);
        }
        return inFlight;
    }

    /** {@return the highest sample in the window that ends with a slice} */
    long highest(int slice) {
        long max = 0;
        for (int i = 0; i < highest.length(); i++) {
            long seen = highest.get(i);
            if ((seen >>> COUNT_BITS) > slice - WindowClock.SLICES) {
                max = Math.max(max, seen & Integer.MAX_VALUE);
            }
        }
        return max;
    }
}
