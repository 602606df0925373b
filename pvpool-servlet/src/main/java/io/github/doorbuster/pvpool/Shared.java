package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is computed once for any number of readers, and is kept for some time. While it is computed, further
 * readers wait for it; if that fails, so do they.
 */
final class Shared<T> {

    private final Computation<T> computation;
    private final long keepNanos;
    private final LongSupplier nanoClock;

    @GuardedBy("this")
    private @Nullable T answer;

    @GuardedBy("this")
    private long computedAt;

    @GuardedBy("this")
    private @Nullable CompletableFuture<T> inProgress;

    Shared(Computation<T> computation, int keepMillis, LongSupplier nanoClock) {
        this.computation = computation;
        this.keepNanos = TimeUnit.MILLISECONDS.toNanos(keepMillis);
        this.nanoClock = nanoClock;
    }

    T get() throws StoreException {
        CompletableFuture<T> own = new CompletableFuture<>();
        CompletableFuture<T> other;
        synchronized (this) {
            T kept = answer;
            if (kept != null && nanoClock.getAsLong() - computedAt < keepNanos) {
                return kept;
            }
            other = inProgress;
            if (other == null) {
                inProgress = own;
            }
        }
        return other == null ? compute(own) : await(other);
    }

    private T compute(CompletableFuture<T> own) throws StoreException {
        try {
            T computed = computation.run();
            synchronized (this) {
                answer = computed;
                computedAt = nanoClock.getAsLong();
                inProgress = null;
            }
            own.complete(computed);
            return computed;
        } catch (Throwable e) {
            synchronized (this) {
                inProgress = null;
            }
            own.completeExceptionally(e);
            throw e;
        }
    }

    private T await(CompletableFuture<T> other) throws StoreException {
        try {
            return other.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while another reader asks the store; try again later", e);
        } catch (ExecutionException e) {
            throw new StoreException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }

    /** Computes an answer. */
    interface Computation<T> {
        T run() throws StoreException;
    }
}
