package io.github.doorbuster.pvpool.micrometer;

import io.github.doorbuster.pvpool.PvPool;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/**
 * Meters for the page views of a {@link PvPool}: every number of its snapshot, under the name of the Prometheus metric
 * with dots, such as {@code pvpool.accepted.views}. Needs {@code io.micrometer:micrometer-core} on the class path.
 */
public final class PvPoolMetrics implements MeterBinder {

    private final PvPool pool;
    private final String section;

    /** Creates a binder whose meter names begin with {@code pvpool}. */
    public PvPoolMetrics(PvPool pool) {
        this.pool = Objects.requireNonNull(pool);
        section = "pvpool";
    }

    /**
     * Creates a binder for one of several in an application.
     *
     * @param name the value of the tag {@code name} of all meters
     */
    public PvPoolMetrics(PvPool pool, String name) {
        this.pool = Objects.requireNonNull(pool);
        section = "pvpool." + name;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new SnapshotMeters(registry, section, pool::snapshot).register();
    }
}
