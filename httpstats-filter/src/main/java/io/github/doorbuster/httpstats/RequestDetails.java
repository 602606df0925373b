package io.github.doorbuster.httpstats;

import org.jspecify.annotations.Nullable;

/**
 * Reads from a request what the list of the slowest requests shows. It is only called for a request that belongs there.
 *
 * @param <R> the type of the request
 */
public interface RequestDetails<R> {

    /** {@return the path, without its query} */
    String path(R request);

    /** {@return the {@code traceparent} header (W3C Trace Context), or null if there is none} */
    @Nullable
    String traceparent(R request);
}
