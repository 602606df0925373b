package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StripeLockTest {

    private static final int ROUNDS = 200;
    private static final int THREADS = 3;
    private static final int ATTEMPTS = 20_000;

    private final Stripe stripe = new Stripe.Padded(0, true, 1, 2);
    private final AtomicLong locked = new AtomicLong();
    private final AtomicLong lockedWithoutAtomicOperation = new AtomicLong();

    /** Changed under the lock only. */
    private long changes;

    /** In each round, one thread binds the stripe, while others try to lock it, and to release it. */
    @Test
    void oneThreadAtATimeHasTheLock() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int bindsAt = i == 0 ? ATTEMPTS / 10 : Integer.MAX_VALUE;
                threads.add(new Thread(() -> lockOften(bindsAt)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }

        assertThat(changes).isEqualTo(locked.get());
        assertThat(lockedWithoutAtomicOperation).hasPositiveValue();
    }

    private void lockOften(int bindsAt) {
        Thread current = Thread.currentThread();
        long times = 0;
        long bound = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            boolean isBound = stripe.tryLockBound(current);
            if (isBound || stripe.tryLock()) {
                changes++;
                times++;
                bound += isBound ? 1 : 0;
                if (i >= bindsAt) {
                    stripe.bindTo(current);
                }
                stripe.unlock();
            } else {
                stripe.releaseIfEnded();
            }
        }
        locked.addAndGet(times);
        lockedWithoutAtomicOperation.addAndGet(bound);
    }
}
