package io.github.doorbuster.httpstats;

import org.jspecify.annotations.Nullable;

/** How a request ended. */
public enum Outcome {
    /** The response was sent in full. It is counted, and its time is a sample. */
    COMPLETED,
    /**
     * The response is a stream (WebSocket, server-sent events). It is counted, but its duration is not a response time.
     */
    STREAMED,
    /** The response was not delivered in full. It is counted as aborted, and under its status if one was sent. */
    ABORTED;

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final String EVENT_STREAM = "text/event-stream";

    /**
     * {@return whether a response is a stream} Media types are not case-sensitive (RFC 9110, section 8.3.1).
     *
     * @param status the status of the response
     * @param contentType its {@code Content-Type} header
     */
    public static boolean isStream(int status, @Nullable String contentType) {
        return status == SWITCHING_PROTOCOLS
                || (contentType != null && contentType.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length()));
    }
}
