package io.github.doorbuster.httpstats;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The objective of each route: a response time, and the percentage of its requests that should not exceed it.
 * Immutable.
 */
final class Objectives {

    private static final int MAX = 100;
    private static final int SERVER_ERROR = 500;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Pattern OBJECTIVE =
            Pattern.compile("(\\S+)\\s*=\\s*(\\d{1,4}(?:\\.\\d{1,6})?)\\s*s\\s+at\\s+(\\d{1,3}(?:\\.\\d{1,4})?)\\s*%");

    private final Map<String, Objective> byRoute;

    private Objectives(Map<String, Objective> byRoute) {
        this.byRoute = byRoute;
    }

    /**
     * Parses objectives such as {@code /buy = 0.3 s at 99 %}, separated by commas.
     *
     * @throws IllegalArgumentException if an element is not an objective, or a route has two
     */
    static Objectives parse(String list) {
        Map<String, Objective> byRoute = new LinkedHashMap<>();
        for (String element : list.isBlank() ? new String[0] : list.split(",", -1)) {
            Matcher matcher = OBJECTIVE.matcher(element.strip());
            if (!matcher.matches()) {
                throw invalid(element);
            }
            double seconds = Double.parseDouble(matcher.group(2));
            double percent = Double.parseDouble(matcher.group(3));
            Objective objective = new Objective(Math.round(seconds * NANOS_PER_SECOND), percent);
            boolean plausible = objective.nanos > 0 && percent > 0 && percent < 100 && byRoute.size() < MAX;
            if (!plausible || byRoute.put(matcher.group(1), objective) != null) {
                throw invalid(element);
            }
        }
        return new Objectives(byRoute);
    }

    private static IllegalArgumentException invalid(String element) {
        return new IllegalArgumentException(
                "objectives=%s: must be at most %d of the form '/buy = 0.3 s at 99 %%', separated by commas, one for a route, with a percentage above 0 and below 100"
                        .formatted(Excerpt.of(element.strip()), MAX));
    }

    boolean isEmpty() {
        return byRoute.isEmpty();
    }

    Set<String> routes() {
        return byRoute.keySet();
    }

    @Nullable
    Objective of(String route) {
        return byRoute.get(route);
    }

    /** A time that a percentage of the requests of a route should not exceed. */
    record Objective(long nanos, double percent) {

        boolean isMetBy(long time, int status) {
            return time <= nanos && status < SERVER_ERROR;
        }
    }
}
