package io.github.doorbuster.pvpool.servlet;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Set;

/**
 * Recognises requests for {@code <path>/top}, where {@code <path>} is mapped to the pool as well. A pool that is mapped
 * to a path which happens to end with {@code /top} counts there.
 */
final class TopPath {

    private static final String TOP = "/top";

    private final Collection<String> mappings;

    TopPath(Collection<String> mappings) {
        this.mappings = Set.copyOf(mappings);
    }

    static TopPath of(ServletContext context, String servletName) {
        ServletRegistration registration = context.getServletRegistration(servletName);
        return new TopPath(registration == null ? Set.of("/*") : registration.getMappings());
    }

    boolean matches(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return matches(request.getServletPath() + (rest == null ? "" : rest));
    }

    boolean matches(String path) {
        return path.endsWith(TOP) && isMapped(path.substring(0, path.length() - TOP.length()));
    }

    private boolean isMapped(String path) {
        return mappings.contains(path)
                || mappings.contains("/")
                || mappings.stream().anyMatch(mapping -> isBelow(mapping, path));
    }

    /** Whether a mapping with a wildcard, such as {@code /items/*}, covers a path. */
    private static boolean isBelow(String mapping, String path) {
        if (!mapping.endsWith("/*")) {
            return false;
        }
        String prefix = mapping.substring(0, mapping.length() - 2);
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }
}
