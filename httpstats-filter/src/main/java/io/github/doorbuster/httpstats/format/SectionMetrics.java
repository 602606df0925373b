package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.format.SnapshotMetrics.Metric;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The numbers of the sections as metrics of Prometheus. */
final class SectionMetrics {

    private static final String QUANTILE = "quantile";

    private SectionMetrics() {}

    /**
     * {@return the metrics of all sections, and a metric that shows which sections could be read}
     *
     * @param taken the names of the other metrics, which no section can have
     */
    static List<MetricSnapshot> of(Sections sections, Set<String> taken, long startedAtMillis) {
        GaugeSnapshot.Builder up =
                GaugeSnapshot.builder().name("httpstats_section_up").help("Whether a section of /stats could be read.");
        Map<String, List<Metric>> byName = new LinkedHashMap<>();
        sections.byName().forEach((name, section) -> {
            up.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("section", name))
                    .value(section.failed() ? 0 : 1)
                    .build());
            section.metrics()
                    .forEach(metric -> byName.computeIfAbsent(
                                    PrometheusNaming.sanitizeMetricName(metric.name()), key -> new ArrayList<>())
                            .add(metric));
        });
        MetricSnapshot shown = up.build();
        byName.keySet().removeAll(taken);
        byName.remove(shown.getMetadata().getPrometheusName());
        List<MetricSnapshot> snapshots = new ArrayList<>(List.of(shown));
        byName.forEach((name, metrics) -> snapshots.add(snapshot(name, metrics, startedAtMillis)));
        return snapshots;
    }

    /** If two sections give a name different types, the first one wins. */
    private static MetricSnapshot snapshot(String name, List<Metric> metrics, long startedAtMillis) {
        String help = "From a section of /stats: " + name.replace('_', ' ') + ".";
        return switch (metrics.get(0).type()) {
            case COUNTER -> {
                CounterSnapshot.Builder counter =
                        CounterSnapshot.builder().name(name).help(help);
                byLabels(metrics)
                        .forEach((labels, value) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                                .labels(labels)
                                .value(Math.max(0, value))
                                .createdTimestampMillis(startedAtMillis)
                                .build()));
                yield counter.build();
            }
            case GAUGE -> {
                GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
                byLabels(metrics)
                        .forEach((labels, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                                .labels(labels)
                                .value(value)
                                .build()));
                yield gauge.build();
            }
            case QUANTILE -> summary(name, help, metrics);
        };
    }

    private static Map<Labels, Double> byLabels(List<Metric> metrics) {
        Map<Labels, Double> values = new LinkedHashMap<>();
        metrics.forEach(metric -> values.putIfAbsent(labels(metric), metric.value()));
        return values;
    }

    private static MetricSnapshot summary(String name, String help, List<Metric> metrics) {
        Map<Labels, Map<Double, Double>> quantiles = new LinkedHashMap<>();
        for (Metric metric : metrics) {
            if (metric.type() == SnapshotMetrics.Type.QUANTILE) {
                quantiles
                        .computeIfAbsent(labels(metric), key -> new TreeMap<>())
                        .putIfAbsent(Double.parseDouble(metric.labels().get(QUANTILE)), metric.value());
            }
        }
        SummarySnapshot.Builder summary = SummarySnapshot.builder().name(name).help(help);
        quantiles.forEach((labels, values) -> summary.dataPoint(SummaryDataPointSnapshot.builder()
                .labels(labels)
                .quantiles(quantiles(values))
                .build()));
        return summary.build();
    }

    private static Quantiles quantiles(Map<Double, Double> values) {
        return Quantiles.of(values.entrySet().stream()
                .map(quantile -> new Quantile(quantile.getKey(), quantile.getValue()))
                .toList());
    }

    private static Labels labels(Metric metric) {
        Labels labels = Labels.EMPTY;
        for (Map.Entry<String, String> label : metric.labels().entrySet()) {
            if (metric.type() != SnapshotMetrics.Type.QUANTILE
                    || !label.getKey().equals(QUANTILE)) {
                labels = labels.add(PrometheusNaming.sanitizeLabelName(label.getKey()), label.getValue());
            }
        }
        return labels;
    }
}
