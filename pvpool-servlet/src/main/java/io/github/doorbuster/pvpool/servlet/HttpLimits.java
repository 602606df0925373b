package io.github.doorbuster.pvpool.servlet;

/**
 * The limits of a request, and the timing of its response.
 *
 * @param maxIds the ids of a request: 1 to 100,000, default 1000
 * @param maxBodyBytes the bytes of a request body: 64 to 67,108,864, default 131,072
 * @param acceptMillis how long a POST waits for the disk of the journal, in milliseconds: 100 to 600,000, default 5000
 * @param retryAfterSeconds the {@code Retry-After} of a 503, in seconds: 1 to 3600, default 1
 */
public record HttpLimits(int maxIds, int maxBodyBytes, int acceptMillis, int retryAfterSeconds) {

    /** Every limit at its default. */
    public static final HttpLimits DEFAULTS = new HttpLimits(1000, 128 << 10, 5000, 1);

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException if a value is out of its range; the message names key, value and range
     */
    public HttpLimits {
        Settings.requireRange("maxIds", maxIds, 1, 100_000, "a page shows tens of items, not millions");
        Settings.requireRange("maxBodyBytes", maxBodyBytes, 64, 64 << 20, "each request may take this much heap");
        Settings.requireRange(
                "acceptMillis", acceptMillis, 100, 600_000, "it must be longer than an fsync of a busy disk");
        Settings.requireRange("retryAfterSeconds", retryAfterSeconds, 1, 3600, "about a flush interval");
    }
}
