package io.github.doorbuster.httpstats;

/** Receives the samples of a {@link SampleBatch}. */
interface SampleSink {

    /** {@return the slice of a sample that was taken at a moment of the clock in a slice of the window} */
    long sliceOf(int windowSlice, long nanoTime);

    /**
     * Adds samples of one series and one slice. Returns false, and adds nothing, if the histogram is busy and
     * {@code wait} is false.
     *
     * @param nanos the array that holds the samples
     * @param from the index of the first sample
     * @param to the index after the last sample
     */
    boolean add(long slice, int series, long[] nanos, int from, int to, boolean wait);
}
