package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A purchase whose thread waits for its grant. */
final class BlockingRequest implements GrantListener {

    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile @Nullable Grant grant;
    private volatile RejectedException.Reason reason = RejectedException.Reason.LOCKED;

    @GuardedBy("this")
    private boolean abandoned;

    private BlockingRequest() {}

    /**
     * Waits for a grant.
     *
     * @throws RejectedException if the purchase is rejected, or not granted in time
     * @throws InterruptedException if the thread is interrupted; the purchase is cancelled
     */
    static Grant await(Duration maxWait, Function<GrantListener, PendingGrant> request) throws InterruptedException {
        BlockingRequest blocking = new BlockingRequest();
        PendingGrant pending = request.apply(blocking);
        try {
            if (!blocking.decided.await(maxWait.toNanos(), TimeUnit.NANOSECONDS) && pending.cancel()) {
                throw new RejectedException(RejectedException.Reason.LOCKED);
            }
            blocking.decided.await();
        } catch (InterruptedException e) {
            blocking.abandon(pending);
            throw e;
        }
        Grant granted = blocking.grant;
        if (granted == null) {
            throw new RejectedException(blocking.reason);
        }
        return granted;
    }

    /** The thread no longer waits. If a grant still arrives, it is closed at once. */
    private void abandon(PendingGrant pending) {
        Grant late;
        synchronized (this) {
            abandoned = true;
            late = grant;
        }
        pending.cancel();
        if (late != null) {
            late.abandon();
        }
    }

    @Override
    public void granted(Grant granted) {
        boolean unwanted;
        synchronized (this) {
            grant = granted;
            unwanted = abandoned;
        }
        if (unwanted) {
            granted.abandon();
        }
        decided.countDown();
    }

    @Override
    public void rejected(RejectedException.Reason why) {
        reason = why;
        decided.countDown();
    }
}
