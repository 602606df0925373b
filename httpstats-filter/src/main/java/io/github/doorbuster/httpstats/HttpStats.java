package io.github.doorbuster.httpstats;

/** Stands for the core of this module while its parts are being written. */
public final class HttpStats {
    private HttpStats() {}
}
