package io.github.doorbuster.pvpool.servlet;

import jakarta.servlet.ServletException;

/** The limits of a request, and the timing of its response. {@code docs/pvpool.md} describes each option. */
record HttpLimits(int maxIds, int maxBodyBytes, int acceptMillis, int retryAfterSeconds) {

    static final HttpLimits DEFAULTS = new HttpLimits(1000, 128 << 10, 5000, 1);

    HttpLimits {
        Settings.requireRange("maxIds", maxIds, 1, 100_000, "a page shows tens of items, not millions");
        Settings.requireRange("maxBodyBytes", maxBodyBytes, 64, 64 << 20, "each request may take this much heap");
        Settings.requireRange(
                "acceptMillis", acceptMillis, 100, 600_000, "longer than the journal's disk takes when it is busy");
        Settings.requireRange("retryAfterSeconds", retryAfterSeconds, 1, 3600, "about a flush interval");
    }

    /** The limits of a servlet whose init-params are about HTTP alone. */
    static HttpLimits of(InitParams params) throws ServletException {
        HttpLimits limits = params.bind(DEFAULTS);
        params.rejectUnknown();
        return limits;
    }
}
