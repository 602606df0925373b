package io.github.doorbuster.buylock;

import io.github.doorbuster.buylock.LockStore.KeyState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one item on this node: up to {@code permits} purchases hold it, the others wait.
 *
 * <p>Not safe for use by threads: {@link ItemQueue} calls it with its lock held. It never calls the store or a listener
 * itself; it adds {@link Effects}. Each event checks the step that it arrives in.
 */
final class ItemState {

    /** What this node does about the item. At most one question to the store is open in a step. */
    private enum Step {
        /** New and empty. */
        NEW,
        /** The store was asked for the lease, which was free or new. */
        ACQUIRING,
        /** The store was asked who holds the item. */
        READING,
        /** The store was asked for a ticket, for the next turn of this node. */
        TAKING_TICKET,
        /** Another node has its turn; a timer will ask again. */
        WAITING_FOR_TURN,
        /** The store was asked to confirm an offered lease, or to skip one that nobody confirms. */
        CLAIMING,
        /** This node owns the item: purchases hold it. */
        OWNING,
        /** The turn is over; the store was asked whether another node waits. */
        CHECKING,
        /** The store was asked to offer the lease to the next node. */
        HANDING_OVER,
        /** The store was asked to release the lease. */
        RELEASING,
        /** Empty, and removed from the map for good. */
        RETIRED
    }

    /** A timer that can be cancelled. */
    interface Timer {
        void cancel();
    }

    /** A call to the store. */
    interface StoreCall<T> {
        CompletionStage<T> start(LockStore store);
    }

    /** The event that a call to the store leads to; the result is null if the call has failed. */
    interface Result<T> {
        void accept(ItemState state, @Nullable T value);
    }

    /** What happens after the lock is released, in this order. */
    interface Effects {
        void add(Runnable effect);

        <T> void call(StoreCall<T> call, Result<T> onResult);

        Grant newGrant(Grant.Scope scope, @Nullable Ownership ownership);

        /** The queue is empty and will not be used again. */
        void retired();

        void later(long delayNanos, Consumer<ItemState> event, Consumer<Timer> started);
    }

    private final String key;
    private final QueueContext context;
    private final BuyLockConfig config;
    private final Effects effects;
    private final WaiterQueue waiters = new WaiterQueue();
    private final List<Grant> running = new ArrayList<>(1);
    private final LinePlace place = new LinePlace();
    private final Turn turn;
    private final LeaseRenewal renewal;

    private Step step = Step.NEW;
    private boolean closing;
    private @Nullable Ownership ownership;
    private @Nullable Timer pollTimer;
    private @Nullable Timer waitTimer;
    private @Nullable Timer confirmTimer;

    ItemState(String itemId, QueueContext context, Effects effects) {
        this.key = ItemKey.of(context.config().keyPrefix(), itemId);
        this.context = context;
        this.config = context.config();
        this.effects = effects;
        this.turn = context.turns().apply(config);
        this.renewal = new LeaseRenewal(itemId, context, effects);
    }

    // Events.

    boolean join(Waiter waiter) {
        if (step == Step.RETIRED) {
            return false;
        }
        if (closing) {
            reject(waiter, RejectedException.Reason.CLOSED);
        } else if (step == Step.NEW) {
            waiters.add(waiter);
            acquire();
        } else if (mayGrantNow()) {
            waiters.add(waiter);
            grantWaiters(now());
        } else if (waiter.triesOnce()) {
            reject(waiter, RejectedException.Reason.LOCKED);
        } else {
            enqueue(waiter);
        }
        return true;
    }

    private void enqueue(Waiter waiter) {
        RejectedException.Reason full = waiters.fullFor(waiter, config.maxWaitersPerItem());
        if (full != null && !displaceLast(waiter)) {
            reject(waiter, full);
        } else if (queue(waiter) || (displaceLast(waiter) && queue(waiter))) {
            waiters.add(waiter);
            startWaitTimer();
        } else {
            reject(waiter, RejectedException.Reason.TOO_MANY_WAITERS);
        }
    }

    /** Makes room for a waiter with a kept place. */
    private boolean displaceLast(Waiter earlier) {
        Waiter last = waiters.removeLastBehind(earlier);
        if (last != null) {
            reject(last, RejectedException.Reason.DISPLACED);
        }
        return last != null;
    }

    void leave(Waiter waiter) {
        if (waiters.remove(waiter)) {
            removed(waiter);
            retireIfIdle();
        }
    }

    void close() {
        closing = true;
        place.dropTicket();
        rejectAll(RejectedException.Reason.CLOSED);
    }

    void rejectAll(RejectedException.Reason reason) {
        waiters.removeAll().forEach(waiter -> reject(waiter, reason));
        retireIfIdle();
    }

    void forceRelease() {
        if (step == Step.OWNING) {
            running.clear();
            turnOver(now());
        }
    }

    void tick() {
        long now = now();
        Ownership current = ownership;
        if (current == null || step != Step.OWNING) {
            return;
        }
        renewal.renewIfDue(current, running, now);
        for (Grant grant : List.copyOf(running)) {
            if (now - grant.grantedAt() >= TimeUnit.SECONDS.toNanos(config.maxHoldSeconds())) {
                renewal.heldTooLong(grant);
                ended(grant, now);
            }
        }
    }

    void ended(Grant grant, long now) {
        if (!running.remove(grant)) {
            return;
        }
        turn.purchaseEnded(now - grant.grantedAt());
        rejectExpired(now);
        Ownership current = ownership;
        if (step != Step.OWNING || current == null) {
            return;
        }
        if (!waiters.isEmpty() && current.isValid(now) && !turn.isOver(now)) {
            if (!current.tryHandOver(config.handOvers())) {
                turn.end();
            }
            if (!turn.isOver(now)) {
                checkIfLong(now);
                context.metrics().handedOver();
                grantWaiters(now);
                return;
            }
        }
        if (running.isEmpty()) {
            turnOver(now);
        }
    }

    private void onWaitTimer() {
        waitTimer = null;
        rejectExpired(now());
        startWaitTimer();
    }

    private void onConfirmTimer() {
        confirmTimer = null;
        tick();
    }

    private void onPollTimer() {
        pollTimer = null;
        if (step == Step.WAITING_FOR_TURN) {
            rejectExpired(now());
            if (step == Step.WAITING_FOR_TURN) {
                readKey();
            }
        }
    }

    // Getting the lease.

    /** Asks for a lease that is free. A node with a ticket keeps its line, so that the tickets of others stay valid. */
    private void acquire() {
        step = Step.ACQUIRING;
        String token = context.tokens().get();
        boolean inLine = place.hasTicket() && place.line() != null;
        String line = inLine ? String.valueOf(place.line()) : token;
        long ticket = inLine ? place.ticket() : 0;
        Lease lease = new Lease(
                key, token, config.lease(), turn.note(line, ticket, nowMicros()).text());
        long sentAt = now();
        effects.call(
                store -> store.acquire(lease), (state, acquired) -> state.onAcquired(lease, ticket, sentAt, acquired));
    }

    private void onAcquired(Lease lease, long ticket, long sentAt, @Nullable Boolean acquired) {
        if (acquired == null) {
            storeFailed();
        } else if (acquired) {
            own(Ownership.withLease(lease, sentAt), lease, ticket);
        } else {
            itemTaken();
            if (step == Step.ACQUIRING) {
                readKey();
            }
        }
    }

    private void itemTaken() {
        Waiter first = waiters.notQueued();
        if (first != null && first.triesOnce()) {
            waiters.remove(first);
            reject(first, RejectedException.Reason.LOCKED);
        } else if (first != null && !queue(first)) {
            waiters.remove(first);
            reject(first, RejectedException.Reason.TOO_MANY_WAITERS);
        }
        rejectExpired(now());
        if (waiters.isEmpty()) {
            retire();
        } else {
            startWaitTimer();
        }
    }

    private void readKey() {
        step = Step.READING;
        long sentAt = now();
        effects.call(store -> store.read(key, null), (state, seen) -> state.onRead(sentAt, seen));
    }

    private void onRead(long sentAt, @Nullable KeyState seen) {
        if (seen == null) {
            storeFailed();
            return;
        }
        long now = now();
        place.saw(seen, sentAt, now);
        if (waiters.isEmpty() && !place.hasTicket()) {
            retire();
        } else if (seen.token() == null) {
            if (waiters.isEmpty()) {
                retire();
            } else {
                acquire();
            }
        } else if (place.isOffered()) {
            takeOffer(seen, now);
        } else if (place.note() != null && !place.hasTicket()) {
            takeTicket();
        } else if (place.maySkip(now)) {
            skip(seen);
        } else {
            waitForTurn(now);
        }
    }

    private void takeTicket() {
        step = Step.TAKING_TICKET;
        String line = String.valueOf(place.line());
        long first = place.firstTicket();
        effects.call(store -> store.takeTicket(key, line, first), (state, ticket) -> state.onTicket(line, ticket));
    }

    private void onTicket(String line, @Nullable Long ticket) {
        if (ticket == null) {
            storeFailed();
        } else {
            place.take(line, ticket);
            waitForTurn(now());
        }
    }

    private void waitForTurn(long now) {
        step = Step.WAITING_FOR_TURN;
        if (waiters.isEmpty() && (closing || !place.hasTicket())) {
            retire();
            return;
        }
        long longest = TimeUnit.MILLISECONDS.toNanos(config.pollMillis());
        effects.later(place.delay(now, nowMicros(), longest), ItemState::onPollTimer, timer -> pollTimer = timer);
        startWaitTimer();
    }

    /** This node's ticket was offered the lease. It is used at once if the offer is fresh, else confirmed first. */
    private void takeOffer(KeyState seen, long now) {
        TurnNote note = place.note();
        if (note == null) {
            return;
        }
        long ticket = place.ticket();
        Lease offered = new Lease(key, String.valueOf(seen.token()), config.lease(), seen.note(), seen.version());
        long notOfferedAt = place.notOfferedAt(now - Ownership.UNCONFIRMED_NANOS);
        if (Ownership.isFresh(notOfferedAt, now)) {
            Ownership fresh = Ownership.offered(offered, notOfferedAt, now);
            own(fresh, offered, ticket);
            effects.later(fresh.renewAt() - now, ItemState::onConfirmTimer, timer -> confirmTimer = timer);
        } else {
            claim(
                    store -> store.takeOver(
                            seen, offered.withNote(note.confirmed().text())),
                    offered.withNote(note.confirmed().text()),
                    ticket);
        }
    }

    /** The lease was offered to a ticket that does not take it: this node takes it instead. */
    private void skip(KeyState seen) {
        String line = String.valueOf(place.line());
        long ticket = place.ticket();
        String text = turn.note(line, ticket, nowMicros()).text();
        Lease mine = new Lease(key, TurnNote.offeredToken(line, ticket), config.lease(), text);
        claim(store -> store.takeOver(seen, mine), mine, ticket);
    }

    private void claim(StoreCall<Boolean> call, Lease lease, long ticket) {
        step = Step.CLAIMING;
        long sentAt = now();
        effects.call(call, (state, claimed) -> state.onClaimed(lease, ticket, sentAt, claimed));
    }

    private void onClaimed(Lease lease, long ticket, long sentAt, @Nullable Boolean claimed) {
        if (claimed == null) {
            storeFailed();
        } else if (claimed) {
            own(Ownership.withLease(lease, sentAt), lease, ticket);
        } else {
            readKey();
        }
    }

    // Owning the item.

    private void own(Ownership owned, Lease lease, long ticket) {
        long now = now();
        ownership = owned;
        TurnNote note = TurnNote.parse(lease.note());
        turn.begin(
                note == null ? "" : note.line(),
                ticket,
                note == null ? 0 : TimeUnit.MICROSECONDS.toNanos(note.limitMicros()),
                waiters.size(),
                now);
        place.dropTicket();
        step = Step.OWNING;
        rejectExpired(now);
        grantWaiters(now);
        if (running.isEmpty()) {
            turnOver(now);
        } else if (turn.needsNextTicket(waiters.size(), config.permits())) {
            takeNextTicket();
        }
    }

    /** Takes the ticket for the next turn while this one lasts, so that nothing waits for it when this one ends. */
    private void takeNextTicket() {
        turn.askForNextTicket();
        Ownership during = ownership;
        effects.call(
                store -> store.takeTicket(key, turn.line(), turn.firstTicket()),
                (state, ticket) -> state.onNextTicket(during, ticket));
    }

    private void onNextTicket(@Nullable Ownership during, @Nullable Long ticket) {
        if (during != ownership) {
            return;
        }
        if (ticket == null) {
            turn.nextTicketFailed();
        } else {
            turn.nextTicket(ticket);
        }
        if (step == Step.CHECKING) {
            passOn();
        }
    }

    private boolean mayGrantNow() {
        long now = now();
        return step == Step.OWNING
                && waiters.isEmpty()
                && running.size() < config.permits()
                && ownership != null
                && ownership.isValid(now)
                && !turn.isOver(now);
    }

    private void grantWaiters(long now) {
        Ownership current = ownership;
        while (current != null && running.size() < config.permits() && current.isValid(now) && !turn.isOver(now)) {
            Waiter next = waiters.poll();
            if (next == null) {
                return;
            }
            removed(next);
            Grant.Scope scope = current.lease() == null ? Grant.Scope.NODE : Grant.Scope.CLUSTER;
            turn.purchaseBegins();
            deliver(next, scope, current);
        }
    }

    private void deliver(Waiter waiter, Grant.Scope scope, @Nullable Ownership current) {
        Grant grant = effects.newGrant(scope, current);
        if (current != null) {
            running.add(grant);
        }
        effects.add(() -> context.grant(waiter, grant));
    }

    /** The turn is over and no purchase runs: the next turn begins, or the lease goes to another node. */
    private void turnOver(long now) {
        Ownership current = ownership;
        if (current == null || current.lease() == null || !current.isLeaseValid(now)) {
            if (current != null && current.lease() != null && !current.isLeaseValid(now)) {
                renewal.lost(current, running);
            }
            leave();
        } else if (waiters.isEmpty() && !turn.isContended()) {
            release();
        } else if (turn.isNextTicketOpen()) {
            step = Step.CHECKING;
        } else if (turn.hasNextTicket()) {
            passOn();
        } else {
            check();
        }
    }

    /**
     * Asks who waits, and whether the lease is still this node's, if this node has kept the item for long and knows of
     * nobody else. Purchases go on meanwhile.
     */
    private void checkIfLong(long now) {
        Ownership current = ownership;
        if (current != null && turn.isCheckDue(now)) {
            turn.startCheck();
            effects.call(
                    store -> store.read(key, turn.line()), (state, seen) -> state.onCheckedMeanwhile(current, seen));
        }
    }

    private void onCheckedMeanwhile(Ownership current, @Nullable KeyState seen) {
        turn.endCheck();
        Lease lease = current.lease();
        if (current != ownership || step != Step.OWNING || lease == null) {
            return;
        }
        if (seen == null) {
            // The store does not reply: this turn ends, and whenStoreFails decides.
            turn.contend(waiters.size());
            turn.end();
        } else if (!seen.isHeldBy(lease.token())) {
            renewal.lost(current, running);
        } else if (seen.lastTicket() > turn.ticket()) {
            turn.contend(waiters.size());
            takeNextTicket();
        } else {
            current.startNewTurn();
            turn.beginAlone(now());
        }
    }

    private void check() {
        step = Step.CHECKING;
        effects.call(store -> store.read(key, turn.line()), ItemState::onChecked);
    }

    private void onChecked(@Nullable KeyState seen) {
        Ownership current = ownership;
        Lease lease = current == null ? null : current.lease();
        if (current == null || lease == null || step != Step.CHECKING) {
            return;
        }
        if (seen == null) {
            release();
        } else if (!seen.isHeldBy(lease.token())) {
            renewal.lost(current, running);
            leave();
        } else if (seen.lastTicket() > turn.ticket()) {
            turn.waiting(seen.lastTicket() - turn.ticket());
            if (waiters.isEmpty()) {
                handOver();
            } else {
                takeNextTicket();
            }
        } else if (waiters.isEmpty()) {
            release();
        } else {
            keepTurn(current);
        }
    }

    /** Passes the lease on, unless this node's own ticket is the next one. */
    private void passOn() {
        Ownership current = ownership;
        if (current == null) {
            leave();
        } else if (turn.isAlone()) {
            if (waiters.isEmpty()) {
                release();
            } else {
                keepTurn(current);
            }
        } else {
            handOver();
        }
    }

    private void keepTurn(Ownership current) {
        long now = now();
        current.startNewTurn();
        turn.beginAlone(now);
        step = Step.OWNING;
        rejectExpired(now);
        grantWaiters(now);
        if (running.isEmpty()) {
            turnOver(now);
        }
    }

    private void handOver() {
        Ownership current = ownership;
        Lease lease = current == null ? null : current.lease();
        if (current == null || lease == null) {
            leave();
            return;
        }
        step = Step.HANDING_OVER;
        current.end();
        long next = turn.ticket() + 1;
        long sentAt = now();
        String text = turn.offer(sentAt, nowMicros()).text();
        Lease offer = new Lease(key, TurnNote.offeredToken(turn.line(), next), config.lease(), text);
        effects.call(
                store -> store.replace(lease, offer),
                (state, done) -> state.onHandedOver(current, offer, sentAt, done));
    }

    private void onHandedOver(Ownership ended, Lease offer, long sentAt, @Nullable Boolean done) {
        disown();
        if (Boolean.FALSE.equals(done)) {
            renewal.lost(ended, running);
        }
        if (Boolean.TRUE.equals(done) && !closing) {
            place.take(turn.line(), turn.takeNextTicket());
            place.wrote(offer, sentAt, now());
            if (waiters.isEmpty() && !place.hasTicket()) {
                retire();
            } else if (place.hasTicket()) {
                waitForTurn(now());
            } else {
                readKey();
            }
        } else {
            leave();
        }
    }

    private void release() {
        Ownership current = ownership;
        Lease lease = current == null ? null : current.lease();
        if (current == null || lease == null) {
            leave();
            return;
        }
        step = Step.RELEASING;
        current.end();
        effects.call(store -> store.release(lease), (state, released) -> state.onReleased(current, released));
    }

    private void onReleased(Ownership ended, @Nullable Boolean released) {
        if (Boolean.FALSE.equals(released)) {
            renewal.lost(ended, running);
        }
        leave();
    }

    /** This node does not own the item any more: it asks for it again if somebody waits, and retires otherwise. */
    private void leave() {
        disown();
        place.dropTicket();
        if (waiters.isEmpty()) {
            retire();
        } else {
            acquire();
        }
    }

    private void disown() {
        if (ownership != null) {
            ownership.end();
        }
        ownership = null;
        cancel(confirmTimer);
        confirmTimer = null;
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void storeFailed() {
        switch (config.whenStoreFails()) {
            case LOCAL -> own(Ownership.withoutLease(), new Lease(key, "", config.lease()), 0);
            case REJECT -> {
                waiters.removeAll().forEach(waiter -> reject(waiter, RejectedException.Reason.STORE_DOWN));
                retire();
            }
            case ALLOW -> {
                for (Waiter waiter : waiters.removeAll()) {
                    removed(waiter);
                    deliver(waiter, Grant.Scope.NONE, null);
                }
                retire();
            }
        }
    }

    // Waiters.

    /** Counts a waiter that must wait, or returns false if too many wait already. */
    private boolean queue(Waiter waiter) {
        boolean queued = context.metrics().tryAddWaiter(config.maxWaiters());
        if (queued) {
            waiter.markQueued();
        }
        return queued;
    }

    private void removed(Waiter waiter) {
        if (waiter.wasQueued()) {
            context.metrics().removeWaiter();
        }
    }

    private void reject(Waiter waiter, RejectedException.Reason reason) {
        removed(waiter);
        effects.add(() -> context.reject(waiter, reason));
    }

    private void rejectExpired(long now) {
        waiters.removeExpired(now).forEach(waiter -> reject(waiter, RejectedException.Reason.LOCKED));
        retireIfIdle();
    }

    /** All waits have the same limit, so the first waiter expires first. */
    private void startWaitTimer() {
        Waiter first = waiters.firstToExpire();
        if (waitTimer == null && first != null && step != Step.RETIRED) {
            effects.later(Math.max(0, first.deadline() - now()), ItemState::onWaitTimer, timer -> waitTimer = timer);
        }
    }

    private void retireIfIdle() {
        boolean idle = step == Step.NEW || (step == Step.WAITING_FOR_TURN && !place.hasTicket());
        if (waiters.isEmpty() && idle) {
            retire();
        }
    }

    private void retire() {
        step = Step.RETIRED;
        disown();
        cancel(waitTimer);
        cancel(pollTimer);
        effects.retired();
    }

    private long now() {
        return context.scheduler().now();
    }

    private long nowMicros() {
        return context.scheduler().wallMicros();
    }
}
