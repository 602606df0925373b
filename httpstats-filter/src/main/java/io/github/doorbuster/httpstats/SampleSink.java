package io.github.doorbuster.httpstats;

/** Where a {@link SampleBatch} goes. */
interface SampleSink {

    /** {@return the slice of a sample that was taken at a moment of the clock in a slice of the window} */
    long sliceOf(int windowSlice, long nanoTime);

    /**
     * Adds samples of one series and one slice. Returns false if the histogram is busy and {@code wait} is false;
     * nothing is added then.
     *
     * @param nanos the array that holds the samples
     * @param from the index of the first sample
     * @param to the index after the last sample
     */
    boolean add(long slice, int series, long[] nanos, int from, int to, boolean wait);
}
