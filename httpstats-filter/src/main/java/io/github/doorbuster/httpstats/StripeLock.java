package io.github.doorbuster.httpstats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a {@link Stripe}. No method waits.
 *
 * <p>To lock a stripe takes one atomic operation, unless the stripe is <em>bound</em> to the thread. Only that thread
 * locks a bound stripe, so it needs no atomic operation, but only an ordinary store. Any thread may unlock it, if a
 * request ends there. A stripe remains bound until its thread has ended. A thread that binds or releases a stripe locks
 * it with an atomic operation. So another thread that has read the state before, and then the owner, fails to lock it.
 *
 * <p>The state is also the version of a sequence lock (Boehm, <em>Can Seqlocks Get Along with Programming Language
 * Memory Models?</em>, 2012): what a reader has copied is valid if the state is the same before and after.
 */
class StripeLock extends CacheLinePadding {

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(StripeLock.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Odd while the stripe is locked. It grows, so that a reader can recognize a change. */
    private volatile int state;

    /** Whether a reader waits until the stripe does not change. It is only a hint: readers check what they copy. */
    private volatile boolean awaited;

    /** The thread that the stripe is bound to, or null. It is changed under the lock, and read after the state. */
    private @Nullable Thread owner;

    /**
     * For a shared stripe: the id of the thread that has locked it last, and the state since then in the lower half.
     */
    private long locker;

    /** The user that has locked the stripe last with an atomic operation, and how often in succession before that. */
    private int lastUser;

    private int repetitions;

    final int state() {
        return state;
    }

    /** Locks the stripe, unless it is locked, awaited by a reader, or bound. */
    final boolean tryLock() {
        int seen = state;
        return (seen & 1) == 0 && !awaited && owner == null && STATE.compareAndSet(this, seen, seen + 1);
    }

    /**
     * Locks a shared stripe, unless another thread has locked it. If the current thread has, an error has kept it from
     * unlocking the stripe: a thread unlocks a shared stripe before it locks any other.
     *
     * @param thread the id of the current thread
     */
    final boolean tryLockShared(long thread) {
        if (tryLock()) {
            locker = locker(thread, state);
            return true;
        }
        int seen = state;
        return (seen & 1) != 0 && locker == locker(thread, seen);
    }

    private static long locker(long thread, int state) {
        return thread << Integer.SIZE | Integer.toUnsignedLong(state);
    }

    /** Locks the stripe if it is bound to the current thread, unless it is locked or awaited by a reader. */
    final boolean tryLockBound(Thread current) {
        int seen = state;
        if ((seen & 1) != 0 || awaited || owner != current) {
            return false;
        }
        STATE.setOpaque(this, seen + 1);
        // A reader that sees one of the following changes also sees this state.
        VarHandle.storeStoreFence();
        return true;
    }

    final void unlock() {
        STATE.setRelease(this, state + 1);
    }

    /** {@return how often in succession a user has locked this stripe before, with an atomic operation} */
    final int repetitions(int user) {
        repetitions = user == lastUser ? repetitions + 1 : 0;
        lastUser = user;
        return repetitions;
    }

    /** Binds the stripe to the current thread, under the lock. */
    final void bindTo(Thread current) {
        owner = current;
    }

    final boolean isBoundTo(Thread thread) {
        return owner == thread;
    }

    final boolean isBound() {
        return owner != null;
    }

    /** Releases the stripe if the thread that it is bound to has ended, and none of its requests is in flight. */
    final void releaseIfEnded() {
        int seen = state;
        Thread thread = owner;
        boolean ended = thread != null && !thread.isAlive();
        if (ended && (seen & 1) == 0 && STATE.compareAndSet(this, seen, seen + 1)) {
            owner = null;
            unlock();
        }
    }

    /** Sets whether requests avoid this stripe, so that a reader can copy it. */
    final void setAwaited(boolean isAwaited) {
        awaited = isAwaited;
    }
}
