package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.Group;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Route;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Series;
import io.github.doorbuster.httpstats.latency.LatencyReservoir;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sorts what the stripes and the reservoir hold by series into what people read. */
final class SnapshotBuilder {

    private final HttpStatsConfig config;
    private final Routes routes;
    private final SeriesIndex index;
    private final Stripes.Totals totals;
    private final Timings.Reading times;

    SnapshotBuilder(
            HttpStatsConfig config, Routes routes, SeriesIndex index, Stripes.Totals totals, Timings.Reading times) {
        this.config = config;
        this.routes = routes;
        this.index = index;
        this.totals = totals;
        this.times = times;
    }

    HttpStatsSnapshot build(Instant takenAt, long uptimeNanos) {
        Map<Integer, Long> statusCounts = new TreeMap<>();
        long[] classCounts = new long[LatencyReservoir.STATUS_CLASSES];
        List<Map<Integer, Long>> routeStatusCounts = new ArrayList<>();
        for (int route = 0; route < routes.size(); route++) {
            routeStatusCounts.add(new TreeMap<>());
        }
        List<Series> series = new ArrayList<>();
        long count = 0;
        for (int id = 0; id < totals.counts().length; id++) {
            long n = totals.counts()[id];
            if (n > 0) {
                count += n;
                statusCounts.merge(index.status(id), n, Long::sum);
                classCounts[index.statusClass(id)] += n;
                routeStatusCounts.get(index.route(id)).merge(index.status(id), n, Long::sum);
                series.add(series(id, n));
            }
        }
        return new HttpStatsSnapshot(
                config,
                takenAt,
                Duration.ofNanos(uptimeNanos),
                Duration.ofNanos(times.responses().spanNanos()),
                count,
                Collections.unmodifiableMap(statusCounts),
                totals.inFlight(),
                totals.maxInFlight(),
                totals.aborted(),
                totals.streamed(),
                times.clamped(),
                times.responses().all(),
                statusClasses(classCounts),
                routes(routeStatusCounts),
                List.copyOf(series),
                times.firstByte(),
                times.queued(),
                times.responses().histogram());
    }

    private Series series(int id, long count) {
        DurationBuckets buckets = times.buckets()[id];
        return new Series(
                routes.name(index.route(id)),
                Methods.name(index.method(id)),
                index.status(id),
                count,
                buckets.counts(),
                buckets.sum());
    }

    private Map<String, Group> statusClasses(long[] counts) {
        Map<String, Group> groups = new LinkedHashMap<>();
        for (int i = 1; i <= counts.length; i++) {
            int statusClass = i % counts.length;
            if (counts[statusClass] > 0) {
                groups.put(
                        statusClass == 0 ? "other" : statusClass + "xx",
                        new Group(
                                counts[statusClass],
                                times.responses().byStatusClass().get(statusClass)));
            }
        }
        return Collections.unmodifiableMap(groups);
    }

    private Map<String, Route> routes(List<Map<Integer, Long>> statusCounts) {
        Map<String, Route> byName = new LinkedHashMap<>();
        for (int route = 0; route < statusCounts.size(); route++) {
            Map<Integer, Long> counts = statusCounts.get(route);
            if (!counts.isEmpty()) {
                long count = counts.values().stream().mapToLong(Long::longValue).sum();
                byName.put(
                        routes.name(route),
                        new Route(
                                count,
                                Collections.unmodifiableMap(counts),
                                times.responses().byRoute().get(route)));
            }
        }
        return Collections.unmodifiableMap(byName);
    }
}
