package io.github.doorbuster.buylock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The purchases that hold one item now, up to {@code permits}. Part of the {@link ItemState}, and called within its
 * transitions.
 */
final class ItemGrants {

    private final QueueContext context;
    private final Effects effects;
    private final List<Grant> running = new ArrayList<>(1);

    ItemGrants(QueueContext context, Effects effects) {
        this.context = context;
        this.effects = effects;
    }

    boolean isEmpty() {
        return running.isEmpty();
    }

    /** {@return the purchases that hold the item; the list is live} */
    List<Grant> running() {
        return running;
    }

    /** {@return true if another purchase may hold the item now} */
    boolean hasRoom(@Nullable Ownership ownership, Turn turn, long now) {
        return ownership != null
                && running.size() < context.config().permits()
                && ownership.isValid(now)
                && !turn.isOver(now);
    }

    /** Lets waiters have the item, as many as there is room for. */
    void grant(ItemWaiters waiters, Ownership ownership, Turn turn, long now) {
        Grant.Scope scope = ownership.lease() == null ? Grant.Scope.NODE : Grant.Scope.CLUSTER;
        while (hasRoom(ownership, turn, now)) {
            Waiter next = waiters.poll();
            if (next == null) {
                return;
            }
            turn.purchaseBegins();
            Grant grant = effects.newGrant(scope, ownership);
            running.add(grant);
            effects.add(() -> context.grant(next, grant));
        }
    }

    /** Lets every waiter through, without a lock. */
    void grantAllUnlocked(ItemWaiters waiters) {
        for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            Waiter next = waiter;
            Grant grant = effects.newGrant(Grant.Scope.NONE, null);
            effects.add(() -> context.grant(next, grant));
        }
    }

    /** {@return false if the purchase did not hold the item any more} */
    boolean remove(Grant grant) {
        return running.remove(grant);
    }

    void clear() {
        running.clear();
    }

    /** {@return the purchases that have held the item for {@code maxHoldSeconds}} */
    List<Grant> heldTooLong(long now) {
        long longest = TimeUnit.SECONDS.toNanos(context.config().maxHoldSeconds());
        return running.stream()
                .filter(grant -> now - grant.grantedAt() >= longest)
                .toList();
    }
}
