package io.github.doorbuster.buylock;

import io.github.doorbuster.buylock.LockStore.KeyState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How this node gets the lease of one item: by acquiring a free one, or by a ticket in the line of nodes. Part of the
 * {@link ItemState}, and called within its transitions.
 */
final class TurnStart {

    private final ItemState item;
    private final QueueContext context;
    private final Effects effects;
    /** Created when the item is first seen taken. */
    private @Nullable LinePlace seenPlace;

    private Effects.@Nullable Timer pollTimer;

    TurnStart(ItemState item, QueueContext context, Effects effects) {
        this.item = item;
        this.context = context;
        this.effects = effects;
    }

    private LinePlace place() {
        LinePlace place = seenPlace == null ? new LinePlace() : seenPlace;
        seenPlace = place;
        return place;
    }

    boolean hasTicket() {
        return seenPlace != null && seenPlace.hasTicket();
    }

    void dropTicket() {
        if (seenPlace != null) {
            seenPlace.dropTicket();
        }
    }

    void cancelTimer() {
        if (pollTimer != null) {
            pollTimer.cancel();
        }
    }

    /**
     * Asks for a lease that is free. A node that gets it starts a new line: it does not know which tickets of the line
     * before have been served.
     */
    void acquire() {
        item.enter(Step.ACQUIRING);
        String token = context.tokens().get();
        Lease lease = new Lease(
                item.key(),
                token,
                context.config().lease(),
                item.turn().note(token, 0, item.nowMicros()).text());
        long sentAt = item.now();
        effects.call(store -> store.acquire(lease), acquired -> onAcquired(lease, sentAt, acquired));
    }

    private void onAcquired(Lease lease, long sentAt, @Nullable Boolean acquired) {
        if (acquired == null) {
            item.storeFailed();
        } else if (acquired) {
            item.own(
                    Ownership.withLease(lease, sentAt),
                    lease.token(),
                    0,
                    item.turn().lengthNanos());
        } else {
            item.taken();
            if (item.isIn(Step.ACQUIRING)) {
                readKey();
            }
        }
    }

    /** Asks who holds the item. */
    void readKey() {
        item.enter(Step.READING);
        long sentAt = item.now();
        String doubted = place().doubtedLine(sentAt);
        item.read(doubted, seen -> onRead(sentAt, doubted, seen));
    }

    private void onRead(long sentAt, @Nullable String doubted, @Nullable KeyState seen) {
        if (seen == null) {
            item.storeFailed();
            return;
        }
        long now = item.now();
        place().saw(seen, sentAt, now);
        if (doubted != null) {
            place().sawLastTicket(doubted, seen.lastTicket());
        }
        TurnNote note = place().note();
        if (!item.hasWaiters() && (!place().hasTicket() || seen.token() == null)) {
            item.retire();
        } else if (seen.token() == null) {
            acquire();
        } else if (note != null && place().isOffered()) {
            takeOffer(seen, note, now);
        } else if (note != null && !place().hasTicket()) {
            takeTicket();
        } else if (place().maySkip(now)) {
            skip(seen);
        } else {
            waitForTurn(now);
        }
    }

    private void takeTicket() {
        item.enter(Step.TAKING_TICKET);
        String line = String.valueOf(place().line());
        effects.call(
                store -> store.takeTicket(item.key(), line, LineTicket.firstOfNewEpoch()),
                ticket -> onTicket(line, ticket));
    }

    private void onTicket(String line, @Nullable Long ticket) {
        if (ticket == null) {
            item.storeFailed();
        } else {
            place().take(line, ticket);
            waitForTurn(item.now());
        }
    }

    private void waitForTurn(long now) {
        item.enter(Step.WAITING_FOR_TURN);
        if (!item.hasWaiters() && (item.isClosing() || !place().hasTicket())) {
            item.retire();
            return;
        }
        long longest = TimeUnit.MILLISECONDS.toNanos(context.config().pollMillis());
        pollTimer = effects.later(place().delay(now, item.nowMicros(), longest), this::onPollTimer);
        item.startWaitTimer();
    }

    private void onPollTimer() {
        pollTimer = null;
        if (item.isIn(Step.WAITING_FOR_TURN)) {
            item.rejectExpired(item.now());
            if (item.isIn(Step.WAITING_FOR_TURN)) {
                readKey();
            }
        }
    }

    /**
     * The lease was offered to this node's ticket. If the offer is fresh, the node uses it at once; otherwise it
     * confirms the offer first. The next node asks when the turn is due, so a short turn is confirmed soon.
     */
    private void takeOffer(KeyState seen, TurnNote note, long now) {
        long ticket = place().ticket();
        long limitNanos = TimeUnit.MICROSECONDS.toNanos(note.limitMicros());
        Lease offered = new Lease(
                item.key(), String.valueOf(seen.token()), context.config().lease(), seen.note(), seen.version());
        long notOfferedAt = place().notOfferedAt(now - Ownership.UNCONFIRMED_NANOS);
        TurnNote served = item.turn().untilServed(note, item.waiting(), item.nowMicros());
        boolean isShort = note.expectsMuchLongerThan(served);
        Lease confirmed =
                offered.withNote(isShort ? served.text() : note.confirmed().text());
        if (Ownership.isFresh(notOfferedAt, now)) {
            Ownership fresh = Ownership.offered(offered, confirmed, notOfferedAt, now, isShort);
            item.own(fresh, note.line(), ticket, limitNanos);
            item.confirmLater(fresh.renewAt() - now);
        } else {
            claim(store -> store.takeOver(seen, confirmed), confirmed, note.line(), ticket, limitNanos);
        }
    }

    /** The lease was offered to a ticket that does not take it, so this node takes it. */
    private void skip(KeyState seen) {
        String line = String.valueOf(place().line());
        long ticket = place().ticket();
        Turn turn = item.turn();
        String text = turn.note(line, ticket, item.nowMicros()).text();
        Lease mine = new Lease(
                item.key(),
                TurnNote.offeredToken(line, ticket),
                context.config().lease(),
                text);
        claim(store -> store.takeOver(seen, mine), mine, line, ticket, turn.lengthNanos());
    }

    private void claim(Effects.StoreCall<Boolean> call, Lease lease, String line, long ticket, long limitNanos) {
        item.enter(Step.CLAIMING);
        long sentAt = item.now();
        effects.call(call, claimed -> {
            if (claimed == null) {
                item.storeFailed();
            } else if (claimed) {
                item.own(Ownership.withLease(lease, sentAt), line, ticket, limitNanos);
            } else {
                readKey();
            }
        });
    }

    /** This node has offered the lease to the next one, and may have a ticket for its own next turn. */
    void handedOver(String line, long nextTicket, Lease offer, long sentAt) {
        place().take(line, nextTicket);
        place().wrote(offer, sentAt, item.now());
        if (place().hasTicket() && !place().isOffered()) {
            waitForTurn(item.now());
        } else if (item.hasWaiters() || place().isOffered()) {
            readKey();
        } else {
            item.retire();
        }
    }
}
