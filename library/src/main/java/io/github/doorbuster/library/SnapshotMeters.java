package io.github.doorbuster.library;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Keeps meters of a registry for the metrics of a snapshot. A snapshot is taken at most once a second, when any of the
 * meters is read. Then each metric that is new, such as those of a new route, gets its meter, and the meter of each
 * metric that the snapshot no longer has is removed. Thread-safe.
 */
final class SnapshotMeters {

    private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MeterRegistry registry;
    private final String section;
    private final Supplier<?> snapshots;
    private final int maxMeters;
    private final LongSupplier nanoClock;

    @GuardedBy("this")
    private final Map<Key, Meter> meters = new HashMap<>();

    @GuardedBy("this")
    private Map<Key, Double> values = Map.of();

    @GuardedBy("this")
    private long takenAt;

    SnapshotMeters(MeterRegistry registry, String section, Supplier<?> snapshots) {
        this(registry, section, snapshots, SnapshotMetrics.MAX_METRICS, System::nanoTime);
    }

    SnapshotMeters(
            MeterRegistry registry, String section, Supplier<?> snapshots, int maxMeters, LongSupplier nanoClock) {
        this.registry = registry;
        this.section = section;
        this.snapshots = snapshots;
        this.maxMeters = maxMeters;
        this.nanoClock = nanoClock;
        takenAt = nanoClock.getAsLong() - MAX_AGE_NANOS;
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
        long now = nanoClock.getAsLong();
        if (now - takenAt < MAX_AGE_NANOS) {
            return;
        }
        takenAt = now;
        Map<Key, Double> fresh = new HashMap<>();
        for (SnapshotMetrics.Metric metric : SnapshotMetrics.of(section, snapshots.get(), maxMeters)) {
            Key key = new Key(metric.name(), metric.labels());
            fresh.put(key, metric.value());
            meters.computeIfAbsent(key, added -> register(added, metric.type()));
        }
        values = fresh;
        meters.entrySet().removeIf(meter -> {
            boolean gone = !fresh.containsKey(meter.getKey());
            if (gone) {
                registry.remove(meter.getValue());
            }
            return gone;
        });
    }

    private Meter register(Key key, SnapshotMetrics.Type type) {
        String name = key.name.replace('_', '.');
        List<Tag> tags = key.labels.entrySet().stream()
                .map(label -> Tag.of(label.getKey(), label.getValue()))
                .toList();
        // A meter holds its object weakly and its function strongly, so this object lives as long as the registry.
        if (type == SnapshotMetrics.Type.COUNTER) {
            return FunctionCounter.builder(name, registry, same -> value(key))
                    .tags(tags)
                    .register(registry);
        }
        return Gauge.builder(name, registry, same -> value(key)).tags(tags).register(registry);
    }
}
