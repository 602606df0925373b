package io.github.doorbuster.httpstats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * The number of the current slice of the sliding window. A thread that has read the clock moves it on. While a
 * {@link LoadTicker} drives it, requests that are not timed need not read the clock. Thread-safe, without locks.
 */
class WindowClock extends CacheLinePadding {

    /** A window has one slice that is being filled, and the full ones before it. */
    static final int SLICES = 6;

    private static final VarHandle CURRENT;

    static {
        try {
            CURRENT = MethodHandles.lookup().findVarHandle(WindowClock.class, "current", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long origin;
    private final long sliceNanos;
    private volatile int current;
    private volatile boolean driven;

    WindowClock(int windowSeconds, long origin) {
        this.origin = origin;
        sliceNanos = TimeUnit.SECONDS.toNanos(windowSeconds) / SLICES;
    }

    final int current() {
        return current;
    }

    /** {@return whether a thread moves it on at short intervals} */
    final boolean isDriven() {
        return driven;
    }

    final void setDriven(boolean driven) {
        this.driven = driven;
    }

    /** Moves on to the slice of a moment of the monotonic clock, never back; returns the current slice. */
    final int advanceTo(long nanoTime) {
        int seen = current();
        while (nanoTime - origin >= (seen + 1L) * sliceNanos) {
            int next = (int) ((nanoTime - origin) / sliceNanos);
            seen = CURRENT.compareAndSet(this, seen, next) ? next : current;
        }
        return seen;
    }

    /** {@return the moment of the clock at which a slice ends} */
    final long endOf(int slice) {
        return origin + (slice + 1L) * sliceNanos;
    }

    /** {@return how much of the window has passed at a moment of the clock} */
    final long spanNanos(int slice, long nanoTime) {
        long start = Math.max(0, slice - SLICES + 1L) * sliceNanos;
        return Math.max(0, nanoTime - origin - start);
    }

    static int slot(long slice) {
        return (int) Math.floorMod(slice, (long) SLICES);
    }

    /** Padded after the fields, which requests read often and are seldom written. */
    static final class Padded extends WindowClock {

        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;

        Padded(int windowSeconds, long origin) {
            super(windowSeconds, origin);
        }
    }
}
