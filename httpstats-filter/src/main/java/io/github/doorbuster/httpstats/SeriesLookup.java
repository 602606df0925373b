package io.github.doorbuster.httpstats;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds the series of a combination of route, method and status; if the combination has occurred before, usually in one
 * step, without its parts. For that, it keeps entries, which are never replaced, because a combination always has the
 * same series. If the place of a combination is taken by another, it has no entry. Thread-safe, without locks.
 */
final class SeriesLookup {

    private static final int PLACE_BITS = 12;

    private final Routes routes;
    private final SeriesIndex series;
    private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(1 << PLACE_BITS);

    SeriesLookup(Routes routes, SeriesIndex series) {
        this.routes = routes;
        this.series = series;
    }

    int idOf(@Nullable String route, @Nullable String method, int status) {
        if (route != null && method != null) {
            Entry entry = entries.getAcquire(place(route, method, status));
            if (entry != null && entry.status == status && entry.method.equals(method) && entry.route.equals(route)) {
                return entry.id;
            }
        }
        return idOfParts(route, method, status);
    }

    private int idOfParts(@Nullable String route, @Nullable String method, int status) {
        int routeIndex = routes.indexOf(route);
        int methodIndex = Methods.indexOf(method);
        int id = series.idOf(routeIndex, methodIndex, status);
        // Text that any client can choose leaves nothing here.
        if (routeIndex != Routes.OTHER && methodIndex != Methods.OTHER) {
            addIfFree(routes.name(routeIndex), Methods.name(methodIndex), status, id);
        }
        return id;
    }

    private void addIfFree(String route, String method, int status, int id) {
        int place = place(route, method, status);
        if (entries.getAcquire(place) == null) {
            entries.setRelease(place, new Entry(route, method, status, id));
        }
    }

    private static int place(String route, String method, int status) {
        int hash = (31 * route.hashCode() + method.hashCode() + status) * 0x9E3779B9;
        return hash >>> (Integer.SIZE - PLACE_BITS);
    }

    private record Entry(String route, String method, int status, int id) {}
}
