package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.Counts;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.InFlight;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Objective;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Requests;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Route;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Series;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.StatusClass;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Groups counts and samples, which are kept by series, into an {@link HttpStatsSnapshot}. */
final class SnapshotBuilder {

    private final HttpStatsConfig config;
    private final Routes routes;
    private final SeriesIndex index;
    private final Objectives objectives;
    private final SampleRecorder recorder;
    private final RequestCounts counts;
    private final RecordedSamples samples;
    private final Duration span;

    private final Map<Integer, Long> statusCounts = new TreeMap<>();
    private final Map<Integer, Long> windowStatusCounts = new TreeMap<>();
    private final long[] classCounts = new long[Reservoir.STATUS_CLASSES];
    private final long[] windowClassCounts = new long[Reservoir.STATUS_CLASSES];
    private final RouteCounts[] byRoute;
    private final List<Series> series = new ArrayList<>();

    SnapshotBuilder(
            HttpStatsConfig config,
            Routes routes,
            SeriesIndex index,
            Objectives objectives,
            SampleRecorder recorder,
            RequestCounts counts,
            RecordedSamples samples,
            long spanNanos) {
        this.config = config;
        this.routes = routes;
        this.index = index;
        this.objectives = objectives;
        this.recorder = recorder;
        this.counts = counts;
        this.samples = samples;
        span = Duration.ofNanos(spanNanos);
        byRoute = new RouteCounts[routes.size()];
        Arrays.setAll(byRoute, route -> new RouteCounts());
    }

    HttpStatsSnapshot build(Instant takenAt, long uptimeNanos, InFlight inFlight, List<SlowRequest> slowest) {
        for (int id = 0; id < counts.series(); id++) {
            if (index.isObjective(id)) {
                byRoute[index.route(id)].countObjective(index.isMet(id), counts.total(id), counts.window(id));
            } else if (counts.total(id) > 0) {
                count(id, counts.total(id), counts.window(id));
            }
        }
        return new HttpStatsSnapshot(
                config,
                takenAt,
                Duration.ofNanos(uptimeNanos),
                new Requests(sum(statusCounts), statusCounts, counts.aborted(), counts.streamed()),
                inFlight,
                window(),
                statusClasses(),
                routes(),
                series,
                slowest,
                samples.responses().histogram(),
                histograms());
    }

    private void count(int id, long total, long inWindow) {
        if (!index.isFolded(id)) {
            statusCounts.merge(index.status(id), total, Long::sum);
            addIfAny(windowStatusCounts, index.status(id), inWindow);
        }
        if (!index.isExactStatus(id)) {
            classCounts[index.statusClass(id)] += total;
            windowClassCounts[index.statusClass(id)] += inWindow;
            byRoute[index.route(id)].count(index.status(id), total, inWindow);
            series.add(series(id, total));
        }
    }

    private static void addIfAny(Map<Integer, Long> statusCounts, int status, long count) {
        if (count > 0) {
            statusCounts.merge(status, count, Long::sum);
        }
    }

    private static long sum(Map<Integer, Long> statusCounts) {
        return statusCounts.values().stream().mapToLong(Long::longValue).sum();
    }

    private Series series(int id, long count) {
        DurationBuckets buckets = recorder.buckets(id);
        return new Series(
                routes.name(index.route(id)),
                Methods.name(index.method(id)),
                index.status(id),
                count,
                buckets == null
                        ? Collections.nCopies(NumberLists.bucketNanos(config.buckets()).length + 1, 0L)
                        : Arrays.stream(buckets.counts()).boxed().toList(),
                buckets == null ? 0 : buckets.sum());
    }

    private Window window() {
        return new Window(
                Duration.ofNanos(samples.responses().spanNanos()),
                samples.clamped(),
                new Counts(span, sum(windowStatusCounts), windowStatusCounts),
                samples.responses().all(),
                samples.firstByte(),
                samples.queueTime());
    }

    private Map<String, StatusClass> statusClasses() {
        Map<String, StatusClass> classes = new LinkedHashMap<>();
        for (int i = 1; i <= classCounts.length; i++) {
            int firstDigit = i % classCounts.length;
            if (classCounts[firstDigit] > 0) {
                classes.put(
                        firstDigit == 0 ? "other" : firstDigit + "xx",
                        new StatusClass(
                                classCounts[firstDigit],
                                windowClassCounts[firstDigit],
                                samples.responses().byStatusClass().get(firstDigit)));
            }
        }
        return classes;
    }

    private Map<String, Route> routes() {
        Map<String, Route> byName = new LinkedHashMap<>();
        for (int route = 0; route < byRoute.length; route++) {
            RouteCounts ofRoute = byRoute[route];
            if (!ofRoute.statusCounts.isEmpty()) {
                String name = routes.name(route);
                byName.put(
                        name,
                        new Route(
                                sum(ofRoute.statusCounts),
                                ofRoute.statusCounts,
                                new Counts(span, sum(ofRoute.windowStatusCounts), ofRoute.windowStatusCounts),
                                samples.responses().byRoute().get(route),
                                ofRoute.objective(objectives.of(name))));
            }
        }
        return byName;
    }

    private Map<String, Histogram> histograms() {
        Map<String, Histogram> byName = new LinkedHashMap<>();
        for (int route = 0; route < byRoute.length; route++) {
            Histogram histogram = samples.responses().histograms().get(route);
            if (histogram != null) {
                byName.put(routes.name(route), histogram);
            }
        }
        return byName;
    }

    private static final class RouteCounts {

        private final Map<Integer, Long> statusCounts = new TreeMap<>();
        private final Map<Integer, Long> windowStatusCounts = new TreeMap<>();
        private long met;
        private long missed;
        private long metInWindow;
        private long missedInWindow;

        void count(int status, long total, long inWindow) {
            statusCounts.merge(status, total, Long::sum);
            addIfAny(windowStatusCounts, status, inWindow);
        }

        void countObjective(boolean isMet, long total, long inWindow) {
            if (isMet) {
                met += total;
                metInWindow += inWindow;
            } else {
                missed += total;
                missedInWindow += inWindow;
            }
        }

        @Nullable
        Objective objective(Objectives.@Nullable Objective objective) {
            return objective == null
                    ? null
                    : new Objective(objective.nanos(), objective.percent(), met, missed, metInWindow, missedInWindow);
        }
    }
}
