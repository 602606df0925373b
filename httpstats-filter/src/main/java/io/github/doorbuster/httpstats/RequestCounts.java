package io.github.doorbuster.httpstats;

/** The sum over all {@link Stripes} at one moment; {@code bySeries} has one element for each series. */
record RequestCounts(long[] bySeries, long inFlight, long maxInFlight, long aborted, long streamed) {}
