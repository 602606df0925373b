package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is computed once for many readers, and is kept for some time. While it is computed, a limited number
 * of further readers wait for it; if that fails, so do they.
 */
final class Shared<T> {

    private final Computation<T> computation;
    private final long keepNanos;
    private final int maxReads;
    private final LongSupplier nanoClock;

    @GuardedBy("this")
    private @Nullable T answer;

    @GuardedBy("this")
    private long computedAt;

    @GuardedBy("this")
    private @Nullable CompletableFuture<T> inProgress;

    @GuardedBy("this")
    private int waiting;

    Shared(Computation<T> computation, int keepMillis, int maxReads, LongSupplier nanoClock) {
        this.computation = computation;
        this.maxReads = maxReads;
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
            } else if (waiting == maxReads) {
                throw CountsReader.tooManyReads(maxReads);
            } else {
                waiting++;
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
        } finally {
            synchronized (this) {
                waiting--;
            }
        }
    }

    /** Computes an answer. */
    interface Computation<T> {
        T run() throws StoreException;
    }
}
