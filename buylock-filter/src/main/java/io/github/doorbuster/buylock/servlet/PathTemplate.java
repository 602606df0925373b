package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A path with one {@code *} for the item id, as {@code /items/*}{@code /buy}. Servlet mappings cannot say this, so a
 * request that does not fit is no purchase and passes. Doubled and trailing slashes do not matter.
 */
record PathTemplate(String template, List<String> segments) implements ItemIdSource {

    private static final String ANY = "*";

    static Optional<PathTemplate> of(String template) {
        List<String> segments = split(template);
        return template.startsWith("/") && Collections.frequency(segments, ANY) == 1
                ? Optional.of(new PathTemplate(template, segments))
                : Optional.empty();
    }

    @Override
    public boolean concerns(HttpServletRequest request) {
        List<String> path = path(request);
        if (path.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!segments.get(i).equals(ANY) && !segments.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<String> find(HttpServletRequest request) {
        return List.of(path(request).get(segments.indexOf(ANY)));
    }

    @Override
    public String where() {
        return "the path " + template;
    }

    /** Within the context, decoded and without path parameters: the container has done that. */
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
