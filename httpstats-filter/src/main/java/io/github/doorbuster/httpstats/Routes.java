package io.github.doorbuster.httpstats;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the routes: first those that are known from the start, then others in the order in which they are first seen,
 * up to a limit. Any further route is {@code _OTHER}.
 */
final class Routes {

    static final String OTHER_NAME = "_OTHER";
    static final int OTHER = 0;

    /**
     * The maximum length of a route. A longer one is probably a path instead of a pattern, and is counted as
     * {@code _OTHER}.
     */
    static final int MAX_LENGTH = 200;

    private final Map<String, Integer> indexes = new ConcurrentHashMap<>();
    private final String[] names;
    private volatile int size = 1;

    Routes(int maxRoutes, Collection<String> known) {
        names = new String[maxRoutes + 1];
        names[OTHER] = OTHER_NAME;
        indexes.put(OTHER_NAME, OTHER);
        known.forEach(this::indexOf);
    }

    int indexOf(@Nullable String route) {
        if (route == null) {
            return OTHER;
        }
        // Prometheus treats an empty label as a missing one.
        String name = route.isEmpty() ? HttpStats.routeOf(route) : route;
        Integer index = indexes.get(name);
        return index != null ? index : add(name);
    }

    private int add(String route) {
        if (size == names.length || route.length() > MAX_LENGTH) {
            return OTHER;
        }
        synchronized (names) {
            Integer index = indexes.get(route);
            if (index == null) {
                if (size == names.length) {
                    return OTHER;
                }
                index = size;
                names[index] = route;
                size = index + 1;
                indexes.put(route, index);
            }
            return index;
        }
    }

    int capacity() {
        return names.length;
    }

    int size() {
        return size;
    }

    String name(int index) {
        return names[index];
    }
}
