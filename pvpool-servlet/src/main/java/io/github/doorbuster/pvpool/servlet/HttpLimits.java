package io.github.doorbuster.pvpool.servlet;

/** What one request may ask for. */
record HttpLimits(int maxIds, int maxBodyBytes, int acceptMillis, int retryAfterSeconds) {

    static final HttpLimits DEFAULTS = new HttpLimits(1000, 128 << 10, 5000, 1);

    HttpLimits {
        Settings.requireRange("maxIds", maxIds, 1, 100_000, "pages show tens of items, not millions");
        Settings.requireRange("maxBodyBytes", maxBodyBytes, 64, 64 << 20, "each request may hold as much memory");
        Settings.requireRange(
                "acceptMillis", acceptMillis, 100, 600_000, "longer than the journal's disk takes on a bad day");
        Settings.requireRange("retryAfterSeconds", retryAfterSeconds, 1, 3600, "about a flush interval");
    }
}
