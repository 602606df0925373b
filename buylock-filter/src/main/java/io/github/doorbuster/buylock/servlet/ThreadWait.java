package io.github.doorbuster.buylock.servlet;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A thread that waits until something is decided. */
final class ThreadWait {

    private volatile @Nullable Thread blocked;

    /** Blocks the thread until {@link #wake} is called after a decision, the time is over, or it is interrupted. */
    boolean isDecidedWithin(long nanos, BooleanSupplier isDecided) {
        long deadline = System.nanoTime() + nanos;
        blocked = Thread.currentThread();
        boolean interrupted = false;
        for (long left = nanos;
                left > 0 && !interrupted && !isDecided.getAsBoolean();
                left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            interrupted = Thread.interrupted();
        }
        blocked = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return isDecided.getAsBoolean();
    }

    void wake() {
        LockSupport.unpark(blocked);
    }
}
