package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.HttpStatsSnapshot.Series;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metrics that Prometheus scrapes, with the names of OpenTelemetry's semantic conventions. It needs
 * {@code io.prometheus:prometheus-metrics-exposition-textformats} on the class path.
 */
final class PrometheusFormat implements StatsFormat {

    private static final double NANOS_PER_SECOND = 1e9;

    private final ExpositionFormatWriter writer;

    private PrometheusFormat(ExpositionFormatWriter writer) {
        this.writer = writer;
    }

    /** {@return the text format, version 0.0.4} */
    static PrometheusFormat text() {
        return new PrometheusFormat(PrometheusTextFormatWriter.create());
    }

    /** {@return OpenMetrics 1.0.0} */
    static PrometheusFormat openMetrics() {
        return new PrometheusFormat(OpenMetricsTextFormatWriter.create());
    }

    @Override
    public String contentType() {
        return writer.getContentType();
    }

    @Override
    public byte[] render(HttpStatsSnapshot snapshot, Sections sections) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, metrics(snapshot, sections));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static MetricSnapshots metrics(HttpStatsSnapshot snapshot, Sections sections) {
        long startedAt = snapshot.takenAt().minus(snapshot.uptime()).toEpochMilli();
        List<MetricSnapshot> metrics = new ArrayList<>(List.of(
                durations(snapshot, startedAt),
                counter(
                        "http_server_requests",
                        "All requests that got a response.",
                        snapshot.series().stream().map(series -> point(labels(series), series.count(), startedAt))),
                counter(
                        "http_server_requests_aborted",
                        "Requests whose response was not delivered in full.",
                        Stream.of(point(Labels.EMPTY, snapshot.requests().aborted(), startedAt))),
                counter(
                        "http_server_requests_streamed",
                        "Requests whose response is a stream, which has no duration.",
                        Stream.of(point(Labels.EMPTY, snapshot.requests().streamed(), startedAt))),
                gauge(
                        "http_server_active_requests",
                        "Requests in flight.",
                        snapshot.inFlight().now()),
                peaks(snapshot),
                gauge(
                        "http_server_sampling_factor",
                        "One request in this many is timed.",
                        snapshot.config().samplingFactor())));
        metrics.addAll(objectives(snapshot, startedAt));
        Set<String> taken = metrics.stream()
                .map(metric -> metric.getMetadata().getPrometheusName())
                .collect(Collectors.toSet());
        metrics.addAll(SectionMetrics.of(sections, taken, startedAt));
        return new MetricSnapshots(metrics);
    }

    private static List<MetricSnapshot> objectives(HttpStatsSnapshot snapshot, long startedAt) {
        CounterSnapshot.Builder requests = CounterSnapshot.builder()
                .name("http_server_objective_requests")
                .help("Sampled requests of a route with an objective, by whether they met it.");
        GaugeSnapshot.Builder ratio = GaugeSnapshot.builder()
                .name("http_server_objective_ratio")
                .help("The share of the requests of a route that should meet its objective, 0 to 1.");
        GaugeSnapshot.Builder seconds = GaugeSnapshot.builder()
                .name("http_server_objective_seconds")
                .help("The response time that the requests of a route should not exceed.");
        snapshot.routes().forEach((name, route) -> {
            HttpStatsSnapshot.Objective objective = route.objective();
            if (objective != null) {
                Labels labels = Labels.of("http_route", name);
                requests.dataPoint(point(labels.add("result", "met"), objective.met(), startedAt));
                requests.dataPoint(point(labels.add("result", "missed"), objective.missed(), startedAt));
                ratio.dataPoint(gaugePoint(labels, objective.percent() / 100));
                seconds.dataPoint(gaugePoint(labels, objective.nanos() / NANOS_PER_SECOND));
            }
        });
        return List.of(requests.build(), ratio.build(), seconds.build());
    }

    private static MetricSnapshot peaks(HttpStatsSnapshot snapshot) {
        return GaugeSnapshot.builder()
                .name("http_server_active_requests_peak")
                .help("A lower and an upper bound of the most requests in flight at one moment of the window.")
                .dataPoint(gaugePoint(
                        Labels.of("bound", "low"), snapshot.inFlight().peakLow()))
                .dataPoint(gaugePoint(
                        Labels.of("bound", "high"), snapshot.inFlight().peakHigh()))
                .build();
    }

    private static GaugeDataPointSnapshot gaugePoint(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static MetricSnapshot durations(HttpStatsSnapshot snapshot, long startedAt) {
        List<Double> bounds = Stream.concat(
                        snapshot.bucketBoundsNanos().stream().map(nanos -> nanos / NANOS_PER_SECOND),
                        Stream.of(Double.POSITIVE_INFINITY))
                .toList();
        HistogramSnapshot.Builder durations = HistogramSnapshot.builder()
                .name("http_server_request_duration_seconds")
                .help("Durations of the sampled requests.")
                .unit(Unit.SECONDS);
        for (Series series : snapshot.series()) {
            durations.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(labels(series))
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, series.bucketCounts()))
                    .sum(series.sumNanos() / NANOS_PER_SECOND)
                    .createdTimestampMillis(startedAt)
                    .build());
        }
        return durations.build();
    }

    private static Labels labels(Series series) {
        return Labels.of(
                "http_request_method", series.method(),
                "http_response_status_code", HttpStatsSnapshot.statusName(series.status()),
                "http_route", series.route());
    }

    private static CounterDataPointSnapshot point(Labels labels, long value, long startedAt) {
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .createdTimestampMillis(startedAt)
                .build();
    }

    private static MetricSnapshot counter(String name, String help, Stream<CounterDataPointSnapshot> points) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        points.forEach(counter::dataPoint);
        return counter.build();
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }
}
