package io.github.doorbuster.pvpool.servlet;

import java.util.regex.Pattern;

/**
 * The name of a pool among several in an application.
 *
 * @param name 1 to 64 of {@code A-Za-z0-9._-}; empty for the only one. Default: empty
 */
record PoolName(String name) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{0,64}");
    private static final String SECTION = "stats.pvpool";

    static final PoolName DEFAULTS = new PoolName("");

    PoolName {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name=%s: must be 1 to 64 letters, digits or characters of ._-".formatted(Excerpt.of(name)));
        }
    }

    /** {@return the attribute of the ServletContext that has the statistics} */
    String section() {
        return name.isEmpty() ? SECTION : SECTION + "." + name;
    }
}
