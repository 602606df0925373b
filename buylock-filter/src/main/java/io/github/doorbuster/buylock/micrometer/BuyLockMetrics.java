package io.github.doorbuster.buylock.micrometer;

import io.github.doorbuster.buylock.BuyLock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/**
 * Meters for the purchases of a {@link BuyLock}: every number of its snapshot, under the name of the Prometheus metric
 * with dots, such as {@code buylock.granted}. Needs {@code io.micrometer:micrometer-core} on the class path.
 */
public final class BuyLockMetrics implements MeterBinder {

    private final BuyLock lock;
    private final String section;

    /** Creates a binder whose meter names begin with {@code buylock}. */
    public BuyLockMetrics(BuyLock lock) {
        this.lock = Objects.requireNonNull(lock);
        section = "buylock";
    }

    /**
     * Creates a binder for one of several in an application.
     *
     * @param name the value of the tag {@code name} of all meters
     */
    public BuyLockMetrics(BuyLock lock, String name) {
        this.lock = Objects.requireNonNull(lock);
        section = "buylock." + name;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new SnapshotMeters(registry, section, lock::snapshot).register();
    }
}
