package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.Objectives.Objective;
import org.jspecify.annotations.Nullable;

/**
 * Finds the series of a combination of route, method and status; if the combination has occurred before, usually in one
 * step, without its parts. For that, it keeps entries, which are never replaced, because a combination always has the
 * same series. If the place of a combination is taken by another, it has no entry. Thread-safe, without locks: entries
 * are immutable, so threads may exchange them through the array without synchronization.
 */
final class SeriesLookup {

    private static final int PLACE_BITS = 12;

    private final Routes routes;
    private final SeriesIndex series;
    private final Objectives objectives;
    private final @Nullable Entry[] entries = new Entry[1 << PLACE_BITS];

    SeriesLookup(Routes routes, SeriesIndex series, Objectives objectives) {
        this.routes = routes;
        this.series = series;
        this.objectives = objectives;
    }

    int idOf(@Nullable String route, @Nullable String method, int status) {
        if (route != null && method != null) {
            Entry entry = entries[place(route, method, status)];
            if (entry != null && entry.status == status && entry.isOf(route, method)) {
                return entry.id;
            }
        }
        return idOfParts(route, method, status);
    }

    /** {@return the series in which a request is counted a second time because its status is folded, or -1} */
    int exactStatusOf(int id, int status) {
        return series.isFolded(id) ? series.exactStatus(status) : -1;
    }

    /** {@return the series that counts whether a request has met the objective of its route, or -1 if there is none} */
    int objectiveOf(int id, long nanos, int status) {
        return objectives.isEmpty() ? -1 : objectiveOfRoute(series.route(id), nanos, status);
    }

    private int objectiveOfRoute(int routeIndex, long nanos, int status) {
        Objective objective = objectives.of(routes.name(routeIndex));
        return objective == null ? -1 : series.objective(routeIndex, objective.isMetBy(nanos, status));
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
        if (entries[place] == null) {
            entries[place] = new Entry(route, method, status, id);
        }
    }

    /** The length and the first letter of a method tell most of them apart, and need no hash code of a new string. */
    private static int place(String route, String method, int status) {
        int length = method.length();
        int ofMethod = length == 0 ? 0 : length << Byte.SIZE | method.charAt(0);
        int hash = (31 * route.hashCode() + 7 * ofMethod + status) * 0x9E3779B9;
        return hash >>> (Integer.SIZE - PLACE_BITS);
    }

    private record Entry(String route, String method, int status, int id) {

        /** {@return whether it is of a route and method} Usually, they are the same strings as before. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(String otherRoute, String otherMethod) {
            return (route == otherRoute && method == otherMethod) || isOfEqual(otherRoute, otherMethod);
        }

        private boolean isOfEqual(String otherRoute, String otherMethod) {
            return method.equals(otherMethod) && route.equals(otherRoute);
        }
    }
}
