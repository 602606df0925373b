package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A path with one {@code *} for the item id, such as {@code /items/*}{@code /buy}. A request whose path does not match
 * is not a purchase and passes, because a servlet mapping cannot express such a path. Repeated and trailing slashes are
 * ignored.
 */
record PathTemplate(String template, List<String> segments) implements ItemIdSource {

    private static final String WILDCARD = "*";

    static Optional<PathTemplate> of(String template) {
        List<String> segments = split(template);
        return template.startsWith("/") && Collections.frequency(segments, WILDCARD) == 1
                ? Optional.of(new PathTemplate(template, segments))
                : Optional.empty();
    }

    @Override
    public boolean matches(HttpServletRequest request) {
        List<String> path = path(request);
        if (path.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!segments.get(i).equals(WILDCARD) && !segments.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<String> find(HttpServletRequest request) {
        return List.of(path(request).get(segments.indexOf(WILDCARD)));
    }

    @Override
    public String description() {
        return "the path " + template;
    }

    /** {@return the path within the context; the container has decoded it and removed path parameters} */
    private static List<String> path(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return split(rest == null ? request.getServletPath() : request.getServletPath() + rest);
    }

    private static List<String> split(String path) {
        return Arrays.stream(path.split("/"))
                .filter(segment -> !segment.isEmpty())
                .toList();
    }
}
