package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is computed once for any number of readers, and is kept for some time. While it is computed, further
 * readers wait for it.
 */
final class Shared<T> {

    private final Supplier<T> computation;
    private final long keepNanos;
    private final LongSupplier nanoClock;

    @GuardedBy("this")
    private @Nullable T answer;

    @GuardedBy("this")
    private long computedAt;

    Shared(Supplier<T> computation, int keepMillis, LongSupplier nanoClock) {
        this.computation = computation;
        this.keepNanos = TimeUnit.MILLISECONDS.toNanos(keepMillis);
        this.nanoClock = nanoClock;
    }

    synchronized T get() {
        T kept = answer;
        if (kept != null && nanoClock.getAsLong() - computedAt < keepNanos) {
            return kept;
        }
        T computed = computation.get();
        answer = computed;
        computedAt = nanoClock.getAsLong();
        return computed;
    }
}
