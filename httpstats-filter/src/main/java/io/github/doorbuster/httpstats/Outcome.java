package io.github.doorbuster.httpstats;

/** How a request ended. */
public enum Outcome {
    /** Answered in full: counted, and its response time is a sample. */
    ANSWERED,
    /** Turned into a stream (WebSocket, server-sent events): counted, but its length is no response time. */
    STREAMED,
    /** The answer did not get through whole: counted under the status sent, if any was, and as an abort. */
    ABORTED
}
