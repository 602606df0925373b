package io.github.doorbuster.httpstats.micrometer;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.Latency;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Meters for the requests of an {@link HttpStats}: {@code httpstats.requests.count} by route, method and status,
 * {@code httpstats.response.time.seconds} by quantile and {@code httpstats.routes.response.time.seconds} by route and
 * quantile, and the requests in flight. Needs {@code io.micrometer:micrometer-core} on the class path.
 */
public final class HttpStatsMetrics implements MeterBinder {

    private static final double NANOS_PER_SECOND = 1e9;

    /** Enough for the highest number of routes, and the highest number of combinations with method and status. */
    private static final int MAX_METERS = 50_000;

    private final HttpStats stats;

    /** Creates a binder; with a name other than {@code default}, all meters have it as their tag {@code name}. */
    public HttpStatsMetrics(HttpStats stats) {
        this.stats = Objects.requireNonNull(stats);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        String name = stats.config().name();
        String section = name.equals("default") ? "httpstats" : "httpstats." + name;
        new SnapshotMeters(registry, section, () -> metrics(stats.snapshot()), MAX_METERS, System::nanoTime).register();
    }

    private static Metrics metrics(HttpStatsSnapshot snapshot) {
        return new Metrics(
                snapshot.series().stream()
                        .map(series -> new Requests(
                                series.route(),
                                series.method(),
                                HttpStatsSnapshot.statusName(series.status()),
                                series.count()))
                        .toList(),
                snapshot.requests().aborted(),
                snapshot.requests().streamed(),
                (int) snapshot.inFlight().now(),
                (int) snapshot.inFlight().peakLow(),
                (int) snapshot.inFlight().peakHigh(),
                snapshot.window().counts().rate(),
                snapshot.window().counts().errorShare().orElse(Double.NaN),
                quantiles(snapshot.window().latency()),
                snapshot.routes().entrySet().stream()
                        .map(route -> new Route(
                                route.getKey(),
                                route.getValue().window().rate(),
                                route.getValue().window().errorShare().orElse(Double.NaN),
                                quantiles(route.getValue().latency())))
                        .toList());
    }

    private static Map<String, Double> quantiles(Latency latency) {
        Map<String, Double> quantiles = new LinkedHashMap<>();
        if (latency.samples() > 0) {
            latency.percentiles()
                    .forEach(percentile ->
                            quantiles.put(name(percentile.percentile()), percentile.nanos() / NANOS_PER_SECOND));
            quantiles.put("max", latency.maxNanos() / NANOS_PER_SECOND);
            quantiles.put("count", (double) latency.samples());
        }
        return quantiles;
    }

    private static String name(double percentile) {
        boolean whole = percentile == (long) percentile;
        return "p" + (whole ? Long.toString((long) percentile) : Double.toString(percentile));
    }

    private record Metrics(
            List<Requests> requests,
            long aborted,
            long streamed,
            int inFlight,
            int peakInFlightLow,
            int peakInFlightHigh,
            double requestsPerSecond,
            double errorShare,
            Map<String, Double> responseTime,
            List<Route> routes) {}

    private record Requests(String route, String method, String status, long count) {}

    private record Route(String route, double requestsPerSecond, double errorShare, Map<String, Double> responseTime) {}
}
