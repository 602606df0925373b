package io.github.doorbuster.buylock;

import io.github.doorbuster.buylock.LockStore.KeyState;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the lease of one item when the turn of this node ends: it is kept, offered to the next node, or
 * released. Part of the {@link ItemState}, and called within its transitions.
 */
final class TurnEnd {

    private final ItemState item;
    private final QueueContext context;
    private final Effects effects;

    TurnEnd(ItemState item, QueueContext context, Effects effects) {
        this.item = item;
        this.context = context;
        this.effects = effects;
    }

    /** The turn is over and no purchase runs: the next turn begins, or the lease goes to another node. */
    void turnOver(Ownership current, long now) {
        Turn turn = item.turn();
        if (current.lease() == null) {
            item.leave();
        } else if (!current.isLeaseValid(now)) {
            item.lost(current);
            item.leave();
        } else if (!item.hasWaiters() && !turn.isContended()) {
            release(current);
        } else if (turn.isNextTicketOpen()) {
            item.enter(Step.CHECKING);
        } else if (turn.hasNextTicket()) {
            passOn(current);
        } else {
            check(current);
        }
    }

    /** Takes the ticket for the next turn during this one, so that the end of this turn need not wait for it. */
    void takeNextTicket() {
        Turn turn = item.turn();
        turn.askForNextTicket();
        Ownership during = item.ownership();
        effects.call(
                store -> store.takeTicket(item.key(), turn.line(), LineTicket.firstOfNewEpoch()),
                ticket -> onNextTicket(during, ticket));
    }

    private void onNextTicket(@Nullable Ownership during, @Nullable Long ticket) {
        Ownership current = item.ownership();
        if (during != current) {
            return;
        }
        if (ticket == null) {
            item.turn().nextTicketFailed();
        } else {
            item.turn().nextTicket(ticket);
        }
        if (item.isIn(Step.CHECKING)) {
            passOn(current);
        }
    }

    /**
     * If this node has kept the item for long and does not know of other nodes, checks whether other nodes wait, and
     * whether this node still has the lease. Purchases continue meanwhile.
     */
    void checkIfLong(Ownership current, long now) {
        Turn turn = item.turn();
        if (turn.isCheckDue(now)) {
            turn.startCheck();
            item.read(turn.line(), seen -> onCheckedMeanwhile(current, seen));
        }
    }

    private void onCheckedMeanwhile(Ownership current, @Nullable KeyState seen) {
        Turn turn = item.turn();
        turn.endCheck();
        Lease lease = current.lease();
        if (current != item.ownership() || !item.isIn(Step.OWNING) || lease == null) {
            return;
        }
        if (seen == null) {
            // The store does not reply: this turn ends, and whenStoreFails decides.
            turn.contend(item.waiting());
            turn.end();
        } else if (!seen.isHeldBy(lease.token())) {
            item.lost(current);
        } else if (turn.sawLastTicket(seen.lastTicket())) {
            turn.contend(item.waiting());
            takeNextTicket();
        } else {
            current.startNewTurn();
            turn.beginAlone(item.now());
        }
    }

    private void check(Ownership current) {
        item.enter(Step.CHECKING);
        Turn turn = item.turn();
        item.read(turn.line(), seen -> onChecked(current, seen));
    }

    private void onChecked(Ownership current, @Nullable KeyState seen) {
        Lease lease = current.lease();
        if (current != item.ownership() || lease == null || !item.isIn(Step.CHECKING)) {
            return;
        }
        Turn turn = item.turn();
        if (seen == null) {
            release(current);
        } else if (!seen.isHeldBy(lease.token())) {
            item.lost(current);
            item.leave();
        } else if (turn.sawLastTicket(seen.lastTicket())) {
            if (item.hasWaiters()) {
                takeNextTicket();
            } else if (seen.lastTicket() == 0) {
                release(current);
            } else {
                handOver(current);
            }
        } else {
            keepOrRelease(current);
        }
    }

    /**
     * Passes the lease on, unless this node's own ticket is the next one. If the store has lost the counter, the node
     * offers the lease to itself, so that nodes with tickets of the lost counter see that and take new ones.
     */
    private void passOn(@Nullable Ownership current) {
        Turn turn = item.turn();
        if (current == null) {
            item.leave();
        } else if (turn.isAlone() && !(turn.isCounterLost() && item.hasWaiters())) {
            keepOrRelease(current);
        } else {
            handOver(current);
        }
    }

    private void keepOrRelease(Ownership current) {
        if (item.hasWaiters()) {
            item.keepTurn(current);
        } else {
            release(current);
        }
    }

    private void handOver(Ownership current) {
        Lease lease = current.lease();
        if (lease == null) {
            item.leave();
            return;
        }
        item.enter(Step.HANDING_OVER);
        current.end();
        Turn turn = item.turn();
        long sentAt = item.now();
        Lease offer = new Lease(
                item.key(),
                TurnNote.offeredToken(turn.line(), turn.followingTicket()),
                context.config().lease(),
                turn.offer(sentAt, item.nowMicros()).text());
        effects.call(store -> store.replace(lease, offer), done -> item.onHandedOver(current, offer, sentAt, done));
    }

    private void release(Ownership current) {
        Lease lease = current.lease();
        if (lease == null) {
            item.leave();
            return;
        }
        item.enter(Step.RELEASING);
        current.end();
        effects.call(store -> store.release(lease), released -> {
            if (Boolean.FALSE.equals(released)) {
                item.lost(current);
            }
            item.leave();
        });
    }
}
