package io.github.doorbuster.httpstats;

/** How a request ended. */
public enum Outcome {
    /** The response was sent in full. It is counted, and its time is a sample. */
    COMPLETED,
    /**
     * The response is a stream (WebSocket, server-sent events). It is counted, but its duration is not a response time.
     */
    STREAMED,
    /** The response was not delivered in full. It is counted as aborted, and under its status if one was sent. */
    ABORTED
}
