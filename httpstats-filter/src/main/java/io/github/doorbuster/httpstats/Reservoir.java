package io.github.doorbuster.httpstats;

import java.util.concurrent.locks.Lock;

/**
 * Holds the samples that percentiles are taken from. Not thread-safe: the caller provides a lock, and holds it when it
 * calls {@link #add}.
 */
sealed interface Reservoir permits SlidingWindow, LastSamples {

    /** 1xx to 5xx, and 0 for any other status. */
    int STATUS_CLASSES = 6;

    /** {@return how many samples a writer collects before it adds them; it never has more than twice as many} */
    int batchSize();

    /**
     * {@return the number of the time slice at a moment of the clock; the samples of one call of {@link #add} are of
     * one slice}
     */
    long sliceAt(long nanoTime);

    /** {@return the first moment after a slice} */
    long endOf(long slice);

    /**
     * Adds samples of one route and status class, measured in one slice.
     *
     * @param nanos the array that holds the samples, each at least 0
     * @param from the index of the first sample
     * @param to the index after the last sample
     */
    void add(long slice, int route, int statusClass, long[] nanos, int from, int to);

    /**
     * Returns the distributions at a moment of the clock. Takes the lock as often as needed, each time briefly; what
     * other readers see does not change.
     */
    ReservoirSnapshot snapshot(long nanoTime, Lock lock);
}
