package io.github.doorbuster.buylock;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A purchase as a future. It completes on the lock's executor, so that actions which depend on it may block. Completing
 * it from outside, for example by {@code cancel} or {@code orTimeout}, removes the purchase from the queue.
 */
final class GrantFuture extends CompletableFuture<Grant> implements GrantListener {

    private final Executor executor;
    /** False while the purchase is being requested: no action can depend on this future yet. */
    private volatile boolean published;

    GrantFuture(Executor executor) {
        this.executor = executor;
    }

    /** Connects the future with its purchase. Call it once, before anybody else gets the future. */
    GrantFuture publish(@Nullable PendingGrant pending) {
        published = true;
        if (pending != null && !isDone()) {
            whenComplete((grant, failure) -> pending.cancel());
        }
        return this;
    }

    @Override
    public void granted(Grant grant) {
        run(() -> {
            if (!complete(grant)) {
                grant.abandon();
            }
        });
    }

    @Override
    public void rejected(RejectedException.Reason reason) {
        run(() -> completeExceptionally(new RejectedException(reason)));
    }

    private void run(Runnable completion) {
        if (published) {
            try {
                executor.execute(completion);
                return;
            } catch (RuntimeException | Error e) {
                // The executor is full or shut down: complete it here rather than never.
            }
        }
        completion.run();
    }
}
