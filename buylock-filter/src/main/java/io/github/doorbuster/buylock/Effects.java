package io.github.doorbuster.buylock;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a state machine has decided and is still to be done: noted while the machine holds its lock, which is this
 * object's monitor, and carried out one after the other without it, by whichever thread comes first. So no lock is held
 * while the store is asked or a future completed, and a purchase that ends within the callback that began it does not
 * recurse.
 */
final class Effects {

    private static final Logger LOG = System.getLogger(Effects.class.getName());

    private final Deque<Runnable> noted = new ArrayDeque<>(2);
    private boolean carryingOut;

    /** With the lock held. */
    void note(Runnable effect) {
        noted.add(effect);
    }

    /** With the lock held: the store is to be asked, and its answer given on. */
    <T> void noteQuestion(Supplier<CompletionStage<T>> question, Answer<T> then) {
        note(() -> {
            CompletionStage<T> answer;
            try {
                answer = Objects.requireNonNull(question.get());
            } catch (RuntimeException | Error e) {
                // Whatever it is, the line must go on.
                answer = CompletableFuture.failedStage(e);
            }
            answer.whenComplete((value, failure) -> then.given(value));
        });
    }

    /** What a store answered: a value, or null where it failed. */
    @FunctionalInterface
    interface Answer<T> {
        void given(@Nullable T value);
    }

    /** Without the lock. */
    void carryOut() {
        for (boolean mine = false; ; mine = true) {
            Runnable effect;
            synchronized (this) {
                if (carryingOut && !mine) {
                    return;
                }
                effect = noted.poll();
                carryingOut = effect != null;
            }
            if (effect == null) {
                return;
            }
            try {
                effect.run();
            } catch (RuntimeException | Error e) {
                // One effect that fails must not keep the next from being carried out, now and for ever.
                LOG.log(Level.ERROR, "an effect failed", e);
            }
        }
    }
}
