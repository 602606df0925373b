package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * The purchases of one item on this node: one holds the item, the others wait in a {@link WaiterQueue}.
 *
 * <p>A state machine. Every event takes the lock, which is the monitor of {@link #actions}, changes the state, adds the
 * actions that follow from it, releases the lock, and runs them.
 */
final class ItemQueue implements Grant.EndListener {

    private enum State {
        /** New and empty. */
        NEW,
        /** The store was asked for the lease. */
        ACQUIRING,
        /** Another node holds the item or has its turn; a timer will try again. */
        RETRY_SCHEDULED,
        /** A purchase holds the item. */
        HELD,
        /** The turn is over; the store was asked whether another node waits. */
        CHECKING_WAITERS,
        /** The store was asked to release the lease. */
        RELEASING,
        /** Empty, and removed from the map for good. */
        RETIRED
    }

    private final String itemId;
    private final String key;
    private final QueueContext context;
    private final DeferredActions actions = new DeferredActions();
    private final LeaseRenewal renewal;

    @GuardedBy("actions")
    private final WaiterQueue waiters;

    @GuardedBy("actions")
    private final NodeTurn turn;

    @GuardedBy("actions")
    private State state = State.NEW;

    @GuardedBy("actions")
    private boolean closing;

    @GuardedBy("actions")
    private @Nullable Ownership ownership;

    @GuardedBy("actions")
    private @Nullable Grant holder;

    ItemQueue(String itemId, QueueContext context) {
        this.itemId = itemId;
        this.key = ItemKey.of(context.config().keyPrefix(), itemId);
        this.context = context;
        this.waiters = new WaiterQueue(context, actions);
        this.turn = new NodeTurn(context);
        this.renewal = new LeaseRenewal(context, actions);
    }

    String itemId() {
        return itemId;
    }

    // Events. Each takes the lock, releases it, and runs the actions it has added.

    /** {@return false if this queue has retired, so that the purchase must join a new one} */
    boolean join(Waiter waiter) {
        synchronized (actions) {
            if (state == State.RETIRED) {
                return false;
            }
            if (closing) {
                waiters.reject(waiter, RejectedException.Reason.CLOSED);
            } else if (state == State.NEW) {
                waiters.add(waiter);
                acquireLease();
            } else if (waiter.triesOnce()) {
                waiters.reject(waiter, RejectedException.Reason.LOCKED);
            } else if (waiters.isFull()) {
                waiters.reject(waiter, RejectedException.Reason.ITEM_QUEUE_FULL);
            } else if (waiters.tryQueue(waiter)) {
                waiters.add(waiter);
                startWaitTimer();
            } else {
                waiters.reject(waiter, RejectedException.Reason.TOO_MANY_WAITERS);
            }
        }
        actions.runAll();
        return true;
    }

    /** A waiter was cancelled. */
    void cancelled(Waiter waiter) {
        context.metrics().cancelled();
        synchronized (actions) {
            if (waiters.remove(waiter)) {
                retireIfIdle();
            }
        }
        actions.runAll();
    }

    /** The lock closes: every waiter is rejected; a purchase in progress ends as usual. */
    void close() {
        synchronized (actions) {
            closing = true;
            waiters.rejectAll(RejectedException.Reason.CLOSED);
            retireIfIdle();
        }
        actions.runAll();
    }

    /** Rejects the purchases that wait; a purchase in progress ends as usual. */
    void rejectAll(RejectedException.Reason reason) {
        synchronized (actions) {
            waiters.rejectAll(reason);
            retireIfIdle();
        }
        actions.runAll();
    }

    /** The lock closes, and the purchase in progress has not ended in time: its lease is released. */
    void forceRelease() {
        synchronized (actions) {
            if (state == State.HELD) {
                holder = null;
                endOwnership(false);
            }
        }
        actions.runAll();
    }

    void renewIfDue() {
        synchronized (actions) {
            if (ownership != null && state == State.HELD) {
                renewal.renewIfDue(ownership);
            }
        }
        actions.runAll();
    }

    private void onAcquireResult(Lease lease, long sentAt, @Nullable Boolean acquired) {
        synchronized (actions) {
            if (acquired == null) {
                storeFailed();
            } else if (acquired) {
                turn.begin();
                ownership = Ownership.withLease(lease, sentAt);
                grantNext(ownership);
            } else {
                itemTaken();
            }
        }
        actions.runAll();
    }

    @Override
    public void ended(Grant grant, Grant.Outcome outcome, long now) {
        context.metrics().ended(outcome, now, grant.grantedAt());
        context.admission().ended(grant, outcome, now);
        synchronized (actions) {
            if (holder == grant) {
                holder = null;
                purchaseEnded(now);
            }
        }
        actions.runAll();
    }

    private void onHasWaitersResult(Ownership current, @Nullable Boolean otherNodeWaits) {
        synchronized (actions) {
            if (Boolean.FALSE.equals(otherNodeWaits)
                    && current.isValid(context.scheduler().now())) {
                current.startNewTurn();
                grantNext(current);
            } else {
                endOwnership(true);
            }
        }
        actions.runAll();
    }

    private void onReleaseResult(Ownership ended, @Nullable Boolean released, boolean backOff) {
        synchronized (actions) {
            if (Boolean.FALSE.equals(released)) {
                renewal.markLost(ended);
            }
            acquireNextOrRetire(backOff);
        }
        actions.runAll();
    }

    private void onRetryTimer() {
        synchronized (actions) {
            if (state == State.RETRY_SCHEDULED) {
                rejectExpired(context.scheduler().now());
                if (state == State.RETRY_SCHEDULED) {
                    acquireLease();
                }
            }
        }
        actions.runAll();
    }

    private void onWaitTimer() {
        synchronized (actions) {
            waiters.timerFired();
            rejectExpired(context.scheduler().now());
            startWaitTimer();
        }
        actions.runAll();
    }

    // Transitions. All are called with the lock held.

    @GuardedBy("actions")
    private void acquireLease() {
        state = State.ACQUIRING;
        Lease lease = new Lease(key, context.tokens().get(), context.config().lease());
        long sentAt = context.scheduler().now();
        actions.addStoreCall(
                () -> context.store().acquire(lease), acquired -> onAcquireResult(lease, sentAt, acquired));
    }

    @GuardedBy("actions")
    private void itemTaken() {
        waiters.itemTaken();
        state = State.RETRY_SCHEDULED;
        long now = context.scheduler().now();
        rejectExpired(now);
        if (state == State.RETRY_SCHEDULED) {
            if (turn.startSignal(now)) {
                actions.addStoreCall(() -> context.store().signalWaiter(key), done -> {});
            }
            turn.schedulePoll(this::onRetryTimer);
            startWaitTimer();
        }
    }

    @GuardedBy("actions")
    private void storeFailed() {
        switch (context.config().whenStoreFails()) {
            case LOCAL -> {
                ownership = Ownership.withoutLease();
                grantNext(ownership);
            }
            case REJECT -> {
                waiters.rejectAll(RejectedException.Reason.STORE_DOWN);
                retire();
            }
            case ALLOW -> {
                for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
                    deliver(waiter, newGrant(Grant.Scope.NONE, null));
                }
                retire();
            }
        }
    }

    /** Grants the item to the first waiter, expired or not. */
    @GuardedBy("actions")
    private void grantNext(Ownership current) {
        Waiter next = waiters.poll();
        if (next == null) {
            endOwnership(false);
            return;
        }
        state = State.HELD;
        Grant grant = newGrant(current.lease() == null ? Grant.Scope.NODE : Grant.Scope.CLUSTER, current);
        holder = grant;
        deliver(next, grant);
    }

    @GuardedBy("actions")
    private void purchaseEnded(long now) {
        Ownership current = ownership;
        rejectExpired(now);
        if (current == null || waiters.isEmpty() || !current.isValid(now)) {
            endOwnership(false);
        } else if (current.tryHandOver(context.config().handOvers())) {
            context.metrics().handedOver();
            grantNext(current);
        } else if (current.lease() == null) {
            acquireLease();
        } else {
            state = State.CHECKING_WAITERS;
            actions.addStoreCall(
                    () -> context.store().hasWaiters(key),
                    otherNodeWaits -> onHasWaitersResult(current, otherNodeWaits));
        }
    }

    /** Releases the lease unless it is known to be lost. The store compares the token in any case. */
    @GuardedBy("actions")
    private void endOwnership(boolean backOff) {
        Ownership ended = ownership;
        ownership = null;
        Lease lease = ended == null || ended.isLost() ? null : ended.lease();
        if (ended == null || lease == null) {
            acquireNextOrRetire(backOff);
        } else {
            ended.end();
            state = State.RELEASING;
            actions.addStoreCall(
                    () -> context.store().release(lease), released -> onReleaseResult(ended, released, backOff));
        }
    }

    @GuardedBy("actions")
    private void acquireNextOrRetire(boolean backOff) {
        if (waiters.isEmpty()) {
            retire();
        } else if (backOff) {
            state = State.RETRY_SCHEDULED;
            turn.backOff(this::onRetryTimer);
            startWaitTimer();
        } else {
            acquireLease();
        }
    }

    @GuardedBy("actions")
    private void retireIfIdle() {
        if (waiters.isEmpty() && (state == State.RETRY_SCHEDULED || state == State.NEW)) {
            retire();
        }
    }

    @GuardedBy("actions")
    private void retire() {
        state = State.RETIRED;
        ownership = null;
        waiters.cancelTimer();
        turn.cancelTimer();
        context.onRetired().accept(this);
    }

    @GuardedBy("actions")
    private void startWaitTimer() {
        waiters.startTimer(this::onWaitTimer);
    }

    @GuardedBy("actions")
    private void rejectExpired(long now) {
        waiters.rejectExpired(now);
        retireIfIdle();
    }

    private Grant newGrant(Grant.Scope scope, @Nullable Ownership current) {
        return new Grant(
                itemId, scope, current, context.scheduler(), context.scheduler().now(), this);
    }

    private void deliver(Waiter waiter, Grant grant) {
        actions.add(() -> {
            if (!waiter.tryGrant()) {
                grant.cancel();
                return;
            }
            context.metrics().granted(grant.scope(), grant.grantedAt(), waiter.arrivedAt(), waiter.wasQueued());
            try {
                waiter.listener().granted(grant);
            } catch (RuntimeException | Error e) {
                // The purchase has not begun, and the item must not stay locked.
                grant.abandon();
                throw e;
            }
        });
    }
}
