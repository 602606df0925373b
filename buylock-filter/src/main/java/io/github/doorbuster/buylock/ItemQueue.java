package io.github.doorbuster.buylock;

import org.jspecify.annotations.Nullable;

/**
 * The purchases of one item on this node: one has the item, the others stand in {@link Line}.
 *
 * <p>A state machine. Every event takes the lock, which is the monitor of {@link #effects}, moves the machine, notes
 * what is to be done, and has that carried out.
 */
final class ItemQueue implements Grant.Ending {

    private enum Stage {
        /** New, nobody in it yet. */
        FREE,
        /** The store has been asked for the lease. */
        ASKING,
        /** Another node has the item, or has its turn: the timer will ask again. */
        PAUSED,
        /** A purchase has the item. */
        HELD,
        /** The turn is over: the store has been asked whether another node waits. */
        YIELDING,
        /** The store has been asked to free the lease. */
        RELEASING,
        /** Empty and out of the map for good. */
        RETIRED
    }

    private final String itemId;
    private final String key;
    private final Node node;
    private final Effects effects = new Effects();
    private final Line line;
    private final FairTurn turn;
    private final LeaseRenewal renewal;
    private Stage stage = Stage.FREE;
    private boolean closing;
    private @Nullable Tenure tenure;
    private @Nullable Grant holder;

    ItemQueue(String itemId, Node node) {
        this.itemId = itemId;
        this.key = ItemKey.of(node.config().keyPrefix(), itemId);
        this.node = node;
        this.line = new Line(node, effects);
        this.turn = new FairTurn(node);
        this.renewal = new LeaseRenewal(node, effects);
    }

    String itemId() {
        return itemId;
    }

    // Events. Each returns with the lock free and its effects on their way.

    /** Returns false if this queue has retired meanwhile: the purchase must join a new one. */
    boolean join(Waiter waiter) {
        synchronized (effects) {
            if (stage == Stage.RETIRED) {
                return false;
            }
            if (closing) {
                line.reject(waiter, Rejection.CLOSED);
            } else if (stage == Stage.FREE) {
                line.add(waiter);
                ask();
            } else if (waiter.willNotWait()) {
                line.reject(waiter, Rejection.LOCKED);
            } else if (line.isFull()) {
                line.reject(waiter, Rejection.ITEM_QUEUE_FULL);
            } else {
                waiter.standsInLine();
                line.add(waiter);
                setWaitTimer();
            }
        }
        effects.carryOut();
        return true;
    }

    /** A waiter was cancelled. */
    void leave(Waiter waiter) {
        synchronized (effects) {
            if (line.remove(waiter)) {
                retireIfIdle();
            }
        }
        effects.carryOut();
    }

    /** The node closes: nobody waits any longer; what is under way ends as usual. */
    void close() {
        synchronized (effects) {
            closing = true;
            line.rejectAll(Rejection.CLOSED);
            retireIfIdle();
        }
        effects.carryOut();
    }

    /** The node has waited long enough for the purchase under way: its lease is released now. */
    void abandonPurchase() {
        synchronized (effects) {
            if (stage == Stage.HELD) {
                holder = null;
                endTenure(false);
            }
        }
        effects.carryOut();
    }

    void renewIfDue() {
        synchronized (effects) {
            if (tenure != null && stage == Stage.HELD) {
                renewal.renewIfDue(tenure);
            }
        }
        effects.carryOut();
    }

    private void acquireAnswered(Lease lease, long askedAt, @Nullable Boolean taken) {
        synchronized (effects) {
            if (taken == null) {
                storeFailed();
            } else if (taken) {
                turn.begins();
                tenure = Tenure.under(lease, askedAt);
                grantNext(tenure);
            } else {
                refused();
            }
        }
        effects.carryOut();
    }

    @Override
    public void unclaimed(Grant grant, long now) {
        node.tally().unclaimed();
        released(grant, now);
    }

    @Override
    public void released(Grant grant, long now) {
        node.tally().released(now, grant.since());
        synchronized (effects) {
            if (holder == grant) {
                holder = null;
                purchaseEnded(now);
            }
        }
        effects.carryOut();
    }

    private void announcedAnswered(Tenure yielding, @Nullable Boolean otherWaits) {
        synchronized (effects) {
            if (Boolean.FALSE.equals(otherWaits) && yielding.lasts(node.timing().now())) {
                yielding.startNewTurn();
                grantNext(yielding);
            } else {
                endTenure(true);
            }
        }
        effects.carryOut();
    }

    private void releaseAnswered(Tenure ended, @Nullable Boolean own, boolean pause) {
        synchronized (effects) {
            if (Boolean.FALSE.equals(own)) {
                renewal.noteLoss(ended);
            }
            goOn(pause);
        }
        effects.carryOut();
    }

    private void pauseOver() {
        synchronized (effects) {
            if (stage == Stage.PAUSED) {
                rejectOverdue(node.timing().now());
                if (stage == Stage.PAUSED) {
                    ask();
                }
            }
        }
        effects.carryOut();
    }

    private void waitOver() {
        synchronized (effects) {
            line.timerHasCalled();
            rejectOverdue(node.timing().now());
            setWaitTimer();
        }
        effects.carryOut();
    }

    // Moves. All with the lock held.

    private void ask() {
        stage = Stage.ASKING;
        Lease lease = new Lease(key, node.tokens().get(), node.config().lease());
        long askedAt = node.timing().now();
        effects.noteQuestion(() -> node.store().acquire(lease), taken -> acquireAnswered(lease, askedAt, taken));
    }

    private void refused() {
        line.allMustWait();
        stage = Stage.PAUSED;
        long now = node.timing().now();
        rejectOverdue(now);
        if (stage == Stage.PAUSED) {
            if (turn.announces(now)) {
                effects.noteQuestion(() -> node.store().announce(key), done -> {});
            }
            turn.pollLater(this::pauseOver);
            setWaitTimer();
        }
    }

    private void storeFailed() {
        switch (node.config().whenStoreFails()) {
            case LOCAL -> {
                tenure = Tenure.withoutLease();
                grantNext(tenure);
            }
            case REJECT -> {
                line.rejectAll(Rejection.STORE_DOWN);
                retire();
            }
            case ALLOW -> {
                for (Waiter waiter = line.next(); waiter != null; waiter = line.next()) {
                    deliver(waiter, newGrant(Grant.Scope.NOBODY, null));
                }
                retire();
            }
        }
    }

    /** Whoever is first gets it, overdue or not. */
    private void grantNext(Tenure current) {
        Waiter next = line.next();
        if (next == null) {
            endTenure(false);
            return;
        }
        stage = Stage.HELD;
        Grant grant = newGrant(current.lease() == null ? Grant.Scope.NODE : Grant.Scope.CLUSTER, current);
        holder = grant;
        deliver(next, grant);
    }

    private void purchaseEnded(long now) {
        Tenure current = tenure;
        rejectOverdue(now);
        if (current == null || line.isEmpty() || !current.lasts(now)) {
            endTenure(false);
        } else if (current.handOver(node.config().handOvers())) {
            node.tally().handedOver();
            grantNext(current);
        } else if (current.lease() == null) {
            ask();
        } else {
            stage = Stage.YIELDING;
            effects.noteQuestion(
                    () -> node.store().announced(key), otherWaits -> announcedAnswered(current, otherWaits));
        }
    }

    /** Never releases a lease that is known to be another's by now; the store compares the token in any case. */
    private void endTenure(boolean pause) {
        Tenure ended = tenure;
        tenure = null;
        Lease lease = ended == null || ended.isLost() ? null : ended.lease();
        if (ended == null || lease == null) {
            goOn(pause);
        } else {
            ended.end();
            stage = Stage.RELEASING;
            effects.noteQuestion(() -> node.store().release(lease), own -> releaseAnswered(ended, own, pause));
        }
    }

    private void goOn(boolean pause) {
        if (line.isEmpty()) {
            retire();
        } else if (pause) {
            stage = Stage.PAUSED;
            turn.standBack(this::pauseOver);
            setWaitTimer();
        } else {
            ask();
        }
    }

    private void retireIfIdle() {
        if (line.isEmpty() && (stage == Stage.PAUSED || stage == Stage.FREE)) {
            retire();
        }
    }

    private void retire() {
        stage = Stage.RETIRED;
        tenure = null;
        line.stopTimer();
        turn.stopTimer();
        node.retired().accept(this);
    }

    private void setWaitTimer() {
        line.callWhenAWaitIsOver(this::waitOver);
    }

    private void rejectOverdue(long now) {
        line.rejectOverdue(now);
        retireIfIdle();
    }

    private Grant newGrant(Grant.Scope scope, @Nullable Tenure under) {
        return new Grant(itemId, scope, under, node.timing(), node.timing().now(), this);
    }

    private void deliver(Waiter waiter, Grant grant) {
        effects.note(() -> {
            node.tally().granted(grant.scope(), grant.since(), waiter.since(), waiter.stoodInLine());
            if (!waiter.complete(grant)) {
                grant.giveBack();
            }
        });
    }
}
