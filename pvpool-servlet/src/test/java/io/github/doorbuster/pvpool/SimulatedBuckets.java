package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.jdbc.FakeDatabase;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the buckets of a {@link Simulation} must have: the hours sum to the days, the days to the total, and each hour
 * has the views that were certainly accepted in it.
 */
final class SimulatedBuckets {

    private static final DateTimeFormatter START = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private final FakeDatabase database;

    SimulatedBuckets(FakeDatabase database) {
        this.database = database;
    }

    /** The start of the hour, as in the table. */
    static String hour(Clock clock) {
        return START.format(
                LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS));
    }

    /** What is wrong; empty if nothing is. */
    String violations(List<SimulatedRequest> requests) {
        Map<String, Map<String, Long>> hours = database.buckets("item_pv_hour");
        Map<String, Map<String, Long>> days = database.buckets("item_pv_day");
        Map<String, Map<String, Long>> sums = new TreeMap<>();
        hours.forEach((hour, counts) -> counts.forEach(
                (id, views) -> sums.computeIfAbsent(hour.substring(0, 10) + " 00:00:00", first -> new TreeMap<>())
                        .merge(id, views, Long::sum)));
        if (!sums.equals(days)) {
            return "the hours are %s, the days are %s. ".formatted(hours, days);
        }
        Map<String, Long> total = new TreeMap<>();
        days.values().forEach(counts -> counts.forEach((id, views) -> total.merge(id, views, Long::sum)));
        if (!total.equals(database.counts())) {
            return "the days are %s, the total is %s. ".formatted(days, database.counts());
        }
        return missingIn(hours, requests);
    }

    private static String missingIn(Map<String, Map<String, Long>> hours, List<SimulatedRequest> requests) {
        Map<String, Map<String, Long>> least = new HashMap<>();
        requests.forEach(request -> least.put(request.acceptedIn, new HashMap<>()));
        least.remove("");
        least.forEach((hour, counts) -> requests.forEach(request -> {
            if (request.acceptedIn.isEmpty() || request.acceptedIn.equals(hour)) {
                request.addLeast(!request.acceptedIn.isEmpty(), counts);
            }
        }));
        StringBuilder wrong = new StringBuilder();
        least.forEach((hour, counts) -> counts.forEach((id, views) -> {
            long counted = hours.getOrDefault(hour, Map.of()).getOrDefault(id, 0L);
            if (counted < views) {
                wrong.append("%s: %d counted in the hour of %s, %d expected. ".formatted(id, counted, hour, views));
            }
        }));
        return wrong.toString();
    }
}
