package io.github.doorbuster.pvpool.servlet;

/** What one request may ask for. */
record HttpLimits(int maxIds, int maxBodyBytes, int acceptMillis, int retryAfterSeconds) {

    HttpLimits {
        within("maxIds", maxIds, 1, 100_000, "pages show tens of items, not millions");
        within("maxBodyBytes", maxBodyBytes, 64, 64 << 20, "each request may hold as much memory");
        within("acceptMillis", acceptMillis, 100, 600_000, "longer than the journal's disk takes on a bad day");
        within("retryAfterSeconds", retryAfterSeconds, 1, 3600, "about a flush interval");
    }

    private static void within(String key, int value, int min, int max, String advice) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s=%d: must be between %d and %d; %s".formatted(key, value, min, max, advice));
        }
    }

    static Builder builder() {
        return new Builder();
    }

    /** Collects the values, named like the init-params. */
    static final class Builder {

        private int maxIds = 1000;
        private int maxBodyBytes = 128 << 10;
        private int acceptMillis = 5000;
        private int retryAfterSeconds = 1;

        private Builder() {}

        HttpLimits build() {
            return new HttpLimits(maxIds, maxBodyBytes, acceptMillis, retryAfterSeconds);
        }
    }
}
