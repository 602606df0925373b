package io.github.doorbuster.demo;

/** Says of an option what was given and what it may be. */
final class Rules {

    private Rules() {}

    /**
     * Checks a number.
     *
     * @param key the option
     * @param value what was given
     * @param low the least it may be
     * @param high the most it may be
     * @throws IllegalArgumentException if it is neither
     */
    static void within(String key, long value, long low, long high) {
        if (value < low || value > high) {
            throw refused(key, value, "must be from " + low + " to " + high);
        }
    }

    static IllegalArgumentException refused(String key, Object value, String rule) {
        return new IllegalArgumentException("%s=%s: %s".formatted(key, value, rule));
    }
}
