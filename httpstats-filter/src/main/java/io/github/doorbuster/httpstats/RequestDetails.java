package io.github.doorbuster.httpstats;

import org.jspecify.annotations.Nullable;

/**
 * Reads the details of a request for the list of the slowest requests. It is called only for requests in that list.
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
