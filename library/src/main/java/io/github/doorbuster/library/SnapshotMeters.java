package io.github.doorbuster.library;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps meters of a registry for the metrics of a snapshot. A snapshot is taken at most once a second, when any of the
 * meters is read. Metrics that appear later, such as those of a new route, get their meters when the next snapshot is
 * taken. Thread-safe.
 */
final class SnapshotMeters {

    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final MeterRegistry registry;
    private final String section;
    private final Supplier<?> snapshots;

    @GuardedBy("this")
    private final Map<Key, Double> values = new HashMap<>();

    @GuardedBy("this")
    private long takenAt = System.nanoTime() - MAX_AGE.toNanos();

    SnapshotMeters(MeterRegistry registry, String section, Supplier<?> snapshots) {
        this.registry = registry;
        this.section = section;
        this.snapshots = snapshots;
    }

    private record Key(String name, Map<String, String> labels) {}

    /** Registers a meter for each metric of the current snapshot. */
    void register() {
        refresh();
    }

    private synchronized double value(Key key) {
        refresh();
        return values.getOrDefault(key, Double.NaN);
    }

    private synchronized void refresh() {
        long now = System.nanoTime();
        if (now - takenAt < MAX_AGE.toNanos()) {
            return;
        }
        takenAt = now;
        for (SnapshotMetrics.Metric metric : SnapshotMetrics.of(section, snapshots.get())) {
            Key key = new Key(metric.name(), metric.labels());
            if (values.put(key, metric.value()) == null) {
                add(key, metric.type());
            }
        }
    }

    private void add(Key key, SnapshotMetrics.Type type) {
        String name = key.name.replace('_', '.');
        List<Tag> tags = key.labels.entrySet().stream()
                .map(label -> Tag.of(label.getKey(), label.getValue()))
                .toList();
        // A meter holds its object weakly and its function strongly, so this object lives as long as the registry.
        if (type == SnapshotMetrics.Type.COUNTER) {
            FunctionCounter.builder(name, registry, same -> value(key))
                    .tags(tags)
                    .register(registry);
        } else {
            Gauge.builder(name, registry, same -> value(key)).tags(tags).register(registry);
        }
    }
}
