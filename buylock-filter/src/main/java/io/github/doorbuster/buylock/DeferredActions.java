package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Actions that a state machine adds while it holds its lock, and that run in order after it has released the lock. The
 * lock is this object's monitor.
 *
 * <p>So no lock is held while the store is called or a future is completed, and a purchase that ends within the
 * callback that started it does not recurse.
 */
final class DeferredActions {

    private static final Logger LOG = System.getLogger(DeferredActions.class.getName());

    @GuardedBy("this")
    private final Deque<Runnable> pending = new ArrayDeque<>(2);

    @GuardedBy("this")
    private boolean running;

    synchronized void add(Runnable action) {
        pending.add(action);
    }

    /** Adds a call to the store. The callback gets its result, or null if the call fails. */
    <T> void addStoreCall(Supplier<CompletionStage<T>> call, Consumer<@Nullable T> onResult) {
        add(() -> {
            CompletionStage<T> result;
            try {
                result = Objects.requireNonNull(call.get());
            } catch (RuntimeException | Error e) {
                // Whatever it is, the queue must continue.
                result = CompletableFuture.failedStage(e);
            }
            result.whenComplete((value, failure) -> onResult.accept(value));
        });
    }

    /** Runs the pending actions, unless they are being run already. Call it without the lock. */
    void runAll() {
        for (boolean mine = false; ; mine = true) {
            Runnable action;
            synchronized (this) {
                if (running && !mine) {
                    return;
                }
                action = pending.poll();
                running = action != null;
            }
            if (action == null) {
                return;
            }
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                // An action that fails must not keep the next ones from running.
                LOG.log(Level.ERROR, "a deferred action failed", e);
            }
        }
    }
}
