package io.github.doorbuster.httpstats;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The paths whose requests are not recorded, as servlet mapping patterns. Immutable. */
public final class ExcludedPaths {

    private static final int MAX = 100;
    private static final String PATTERN = "/|/[^*,\\s]*(/\\*)?|/\\*|\\*\\.[^*,/\\s]+";

    private final Set<String> exact = new HashSet<>();
    private final List<String> prefixes = new ArrayList<>();
    private final List<String> extensions = new ArrayList<>();

    private ExcludedPaths() {}

    /**
     * Parses patterns, separated by commas.
     *
     * @throws IllegalArgumentException if an element is not a pattern
     */
    public static ExcludedPaths parse(String list) {
        ExcludedPaths paths = new ExcludedPaths();
        String[] elements = list.isBlank() ? new String[0] : list.split(",", -1);
        for (String element : elements) {
            String pattern = element.strip();
            if (!pattern.matches(PATTERN) || elements.length > MAX) {
                throw new IllegalArgumentException(
                        "exclude=%s: must be at most %d paths such as /health, /assets/* or *.css, separated by commas"
                                .formatted(Excerpt.of(list), MAX));
            }
            paths.add(pattern);
        }
        return paths;
    }

    private void add(String pattern) {
        if (pattern.startsWith("*.")) {
            extensions.add(pattern.substring(1));
        } else if (pattern.endsWith("/*")) {
            String prefix = pattern.substring(0, pattern.length() - 2);
            exact.add(prefix);
            prefixes.add(prefix + "/");
        } else {
            exact.add(pattern);
        }
    }

    /** {@return whether there are no patterns} */
    public boolean isEmpty() {
        return exact.isEmpty() && extensions.isEmpty();
    }

    /** {@return whether requests to a path within the application are not recorded} */
    public boolean contains(String path) {
        return exact.contains(path)
                || prefixes.stream().anyMatch(path::startsWith)
                || extensions.stream().anyMatch(path::endsWith);
    }
}
