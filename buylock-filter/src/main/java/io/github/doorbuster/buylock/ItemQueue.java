package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The purchases of one item on this node. Owns the lock of the item's {@link ItemState}.
 *
 * <p>Every event goes through {@link #transition}: it takes the lock, changes the state, releases the lock, and then
 * runs the effects that the state has added, in order. So no lock is held while the store is called or a listener is
 * told, and a purchase that ends within the callback that started it does not recurse.
 */
final class ItemQueue implements Grant.EndListener, Effects {

    private static final Logger LOG = System.getLogger(ItemQueue.class.getName());

    private final String itemId;
    private final QueueContext context;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final ItemState state;

    @GuardedBy("lock")
    private final Deque<Runnable> effects = new ArrayDeque<>(2);

    @GuardedBy("lock")
    private boolean runningEffects;

    ItemQueue(String itemId, QueueContext context) {
        this.itemId = itemId;
        this.context = context;
        this.state = new ItemState(itemId, context, this);
    }

    String itemId() {
        return itemId;
    }

    /** {@return false if this queue has retired, so that the purchase must join a new one} */
    boolean join(Waiter waiter) {
        boolean[] joined = new boolean[1];
        transition(current -> joined[0] = current.join(waiter));
        return joined[0];
    }

    /** A waiter was cancelled. */
    void cancelled(Waiter waiter) {
        context.metrics().cancelled();
        transition(current -> current.leave(waiter));
    }

    /** The lock closes: every waiter is rejected; a purchase in progress ends as usual. */
    void close() {
        transition(ItemState::close);
    }

    /** Rejects the purchases that wait; a purchase in progress ends as usual. */
    void rejectAll(RejectedException.Reason reason) {
        transition(current -> current.rejectAll(reason));
    }

    /** The lock closes, and the purchases in progress have not ended in time: their lease is released. */
    void forceRelease() {
        transition(ItemState::forceRelease);
    }

    /** Renews the lease and ends what has lasted too long, if that is due. */
    void tick() {
        transition(ItemState::tick);
    }

    @Override
    public void begun(long nanosAfterGrant) {
        context.metrics().begun(context.scheduler().now(), nanosAfterGrant);
    }

    @Override
    public void ended(Grant grant, Grant.Outcome outcome, long now) {
        try {
            context.metrics().ended(outcome, now, grant.grantedAt());
            context.admission().ended(grant, outcome, now);
        } catch (RuntimeException | Error e) {
            // Statistics must not keep the item locked.
            LOG.log(Level.ERROR, "the end of a purchase was not recorded", e);
        }
        transition(current -> current.ended(grant, now));
    }

    @Override
    public Grant newGrant(Grant.Scope scope, @Nullable Ownership ownership) {
        return context.newGrant(itemId, ownership, this, scope);
    }

    @Override
    public void retired() {
        add(() -> context.onRetired().accept(this));
    }

    @Override
    public Timer later(long delayNanos, Runnable event) {
        return context.scheduler().start(delayNanos, () -> transition(current -> event.run()));
    }

    /** Adds an effect. The state calls this within a transition, with the lock held. */
    @Override
    @SuppressWarnings("GuardedBy") // the state calls it within a transition only
    public void add(Runnable effect) {
        effects.add(effect);
    }

    @Override
    public <T> void call(StoreCall<T> call, Consumer<@Nullable T> onResult) {
        add(() -> {
            CompletionStage<T> reply;
            try {
                reply = call.start(context.store());
            } catch (RuntimeException | Error e) {
                // Whatever it is, the queue must continue.
                reply = CompletableFuture.failedStage(e);
            }
            reply.whenComplete((value, failure) -> transition(current -> onResult.accept(value)));
        });
    }

    private void transition(Consumer<ItemState> event) {
        Runnable first;
        lock.lock();
        try {
            event.accept(state);
            // Another thread, or a caller of this method on this thread, may run the effects already.
            first = runningEffects ? null : pollEffect();
        } finally {
            lock.unlock();
        }
        runEffects(first);
    }

    private void runEffects(@Nullable Runnable first) {
        for (Runnable effect = first; effect != null; effect = nextEffect()) {
            try {
                effect.run();
            } catch (RuntimeException | Error e) {
                // An effect that fails must not keep the next ones from running.
                LOG.log(Level.ERROR, "a purchase lock could not carry out a step", e);
            }
        }
    }

    private @Nullable Runnable nextEffect() {
        lock.lock();
        try {
            return pollEffect();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private @Nullable Runnable pollEffect() {
        Runnable next = effects.poll();
        runningEffects = next != null;
        return next;
    }
}
