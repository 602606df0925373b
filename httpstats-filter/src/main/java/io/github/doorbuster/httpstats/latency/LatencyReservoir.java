package io.github.doorbuster.httpstats.latency;

import java.util.concurrent.locks.Lock;

/**
 * Holds the sampled times that percentiles are taken from: those of a {@link SlidingWindow}, or the
 * {@link LastSamples}. Not safe for use by several threads; the caller brings the lock, and holds it while it adds.
 */
public interface LatencyReservoir {

    /** The status classes told apart: 0 for what is no HTTP status, then 1xx to 5xx. */
    int STATUS_CLASSES = 6;

    /**
     * Returns how many samples a writer gathers before it {@linkplain #add adds} them; it never holds more than twice
     * as many.
     *
     * @return the number, at least 1
     */
    int batchSize();

    /**
     * Returns the slice of time that a moment falls into. Samples of different slices are not added as one.
     *
     * @param nanoTime the moment, on the clock the reservoir was made with
     * @return its number; later slices have higher ones
     */
    long sliceAt(long nanoTime);

    /**
     * Returns when a slice ends.
     *
     * @param slice its number
     * @return the first moment after it
     */
    long endOf(long slice);

    /**
     * Adds times of one route and status class, measured in the same slice.
     *
     * @param slice when they were measured
     * @param route the route's number
     * @param statusClass the status' hundreds, 0 to 5
     * @param nanos holds the times, each at least 0
     * @param from the first one's index
     * @param to the index after the last one
     */
    void add(long slice, int route, int statusClass, long[] nanos, int from, int to);

    /**
     * Takes stock. Reading changes nothing that another reader would see.
     *
     * @param nanoTime the present moment
     * @param lock the lock of those who add; taken as often as needed, never for long
     * @return the summaries of all, of each route and of each status class
     */
    Latencies read(long nanoTime, Lock lock);
}
