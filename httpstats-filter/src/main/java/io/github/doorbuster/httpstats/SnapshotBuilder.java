package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.InFlight;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Requests;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Route;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Series;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.StatusClass;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Groups counts and samples, which are kept by series, into an {@link HttpStatsSnapshot}. */
final class SnapshotBuilder {

    private final HttpStatsConfig config;
    private final Routes routes;
    private final SeriesIndex index;
    private final RequestCounts counts;
    private final RecordedSamples samples;

    SnapshotBuilder(
            HttpStatsConfig config, Routes routes, SeriesIndex index, RequestCounts counts, RecordedSamples samples) {
        this.config = config;
        this.routes = routes;
        this.index = index;
        this.counts = counts;
        this.samples = samples;
    }

    HttpStatsSnapshot build(Instant takenAt, long uptimeNanos) {
        Map<Integer, Long> statusCounts = new TreeMap<>();
        long[] classCounts = new long[Reservoir.STATUS_CLASSES];
        List<Map<Integer, Long>> routeStatusCounts = new ArrayList<>();
        for (int route = 0; route < routes.size(); route++) {
            routeStatusCounts.add(new TreeMap<>());
        }
        List<Series> series = new ArrayList<>();
        for (int id = 0; id < counts.bySeries().length; id++) {
            long count = counts.bySeries()[id];
            if (count > 0 && !index.isFolded(id)) {
                statusCounts.merge(index.status(id), count, Long::sum);
            }
            if (count > 0 && !index.isExactStatus(id)) {
                classCounts[index.statusClass(id)] += count;
                routeStatusCounts.get(index.route(id)).merge(index.status(id), count, Long::sum);
                series.add(series(id, count));
            }
        }
        return new HttpStatsSnapshot(
                config,
                takenAt,
                Duration.ofNanos(uptimeNanos),
                new Requests(sum(statusCounts), statusCounts, counts.aborted(), counts.streamed()),
                new InFlight(counts.inFlight(), counts.maxInFlight()),
                window(),
                statusClasses(classCounts),
                routes(routeStatusCounts),
                series,
                samples.responses().histogram());
    }

    private static long sum(Map<Integer, Long> statusCounts) {
        return statusCounts.values().stream().mapToLong(Long::longValue).sum();
    }

    private Series series(int id, long count) {
        // A series may have occurred after the samples were read.
        DurationBuckets buckets = id < samples.buckets().length ? samples.buckets()[id] : new DurationBuckets();
        return new Series(
                routes.name(index.route(id)),
                Methods.name(index.method(id)),
                index.status(id),
                count,
                buckets.counts(),
                buckets.sum());
    }

    private Window window() {
        return new Window(
                Duration.ofNanos(samples.responses().spanNanos()),
                samples.clamped(),
                samples.responses().all(),
                samples.firstByte(),
                samples.queueTime());
    }

    private Map<String, StatusClass> statusClasses(long[] classCounts) {
        Map<String, StatusClass> classes = new LinkedHashMap<>();
        for (int i = 1; i <= classCounts.length; i++) {
            int firstDigit = i % classCounts.length;
            if (classCounts[firstDigit] > 0) {
                classes.put(
                        firstDigit == 0 ? "other" : firstDigit + "xx",
                        new StatusClass(
                                classCounts[firstDigit],
                                samples.responses().byStatusClass().get(firstDigit)));
            }
        }
        return classes;
    }

    private Map<String, Route> routes(List<Map<Integer, Long>> statusCounts) {
        Map<String, Route> byName = new LinkedHashMap<>();
        for (int route = 0; route < statusCounts.size(); route++) {
            Map<Integer, Long> ofRoute = statusCounts.get(route);
            if (!ofRoute.isEmpty()) {
                byName.put(
                        routes.name(route),
                        new Route(
                                sum(ofRoute),
                                ofRoute,
                                samples.responses().byRoute().get(route)));
            }
        }
        return byName;
    }
}
