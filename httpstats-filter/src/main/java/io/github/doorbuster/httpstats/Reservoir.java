package io.github.doorbuster.httpstats;

/** Holds the samples that percentiles are taken from. Thread-safe. */
sealed interface Reservoir permits SlidingWindow, LastSamples {

    /** 1xx to 5xx, and 0 for any other status. */
    int STATUS_CLASSES = 6;

    /** {@return how many samples a writer collects before it adds them; it never has more than twice as many} */
    int batchSize();

    /** {@return the slice of a sample that was taken at a moment of the clock in a slice of the window} */
    long sliceOf(int windowSlice, long nanoTime);

    /**
     * Adds samples of one route and status class, measured in one slice. Returns false, and adds nothing, if a lock is
     * taken and {@code wait} is false.
     *
     * @param nanos the array that holds the samples, each at least 0
     * @param from the index of the first sample
     * @param to the index after the last sample
     */
    boolean add(long slice, int route, int statusClass, long[] nanos, int from, int to, boolean wait);

    /**
     * Returns the distributions at a moment of the clock. It takes each lock several times, each time briefly. It does
     * not affect other readers.
     */
    ReservoirSnapshot snapshot(int slice, long nanoTime, Latencies latencies);
}
