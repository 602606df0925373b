package io.github.doorbuster.demo;

/** Checks the ranges of options, with uniform messages. */
final class OptionChecks {

    static final int MAX_STOCK = 100_000_000;

    private OptionChecks() {}

    /** Throws {@link IllegalArgumentException} if a number is not between two limits. */
    static void requireRange(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw invalid(option, value, "must be from " + least + " to " + most);
        }
    }

    static IllegalArgumentException invalid(String option, Object value, String rule) {
        return new IllegalArgumentException("%s=%s: %s".formatted(option, value, rule));
    }
}
