package io.github.doorbuster.buylock;

import io.github.doorbuster.buylock.LockStore.KeyState;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one item on this node: up to {@code permits} purchases hold it, the others wait. {@link TurnStart} gets
 * the lease, and {@link TurnEnd} passes it on.
 *
 * <p>Not safe for use by threads: {@link ItemQueue} calls it with its lock held. It never calls the store or a listener
 * itself; it adds {@link Effects}. Each event checks the step that it arrives in.
 */
final class ItemState {

    private final String itemId;
    private final String key;
    private final QueueContext context;
    private final BuyLockConfig config;
    private final Effects effects;
    private final ItemWaiters waiters;
    private final ItemGrants grants;
    private final Turn turn;
    private final TurnStart start;
    private final TurnEnd end;
    private final LeaseRenewal renewal;

    private Step step = Step.NEW;
    private boolean closing;
    private @Nullable Ownership ownership;
    private Effects.@Nullable Timer confirmTimer;

    ItemState(String itemId, QueueContext context, Effects effects) {
        this.itemId = itemId;
        this.key = ItemKey.of(context.config().keyPrefix(), itemId);
        this.context = context;
        this.config = context.config();
        this.effects = effects;
        this.waiters = new ItemWaiters(context, effects, this::onWaitTimer);
        this.grants = new ItemGrants(context, effects);
        this.turn = context.turns().apply(config);
        this.start = new TurnStart(this, context, effects);
        this.end = new TurnEnd(this, context, effects);
        this.renewal = new LeaseRenewal(itemId, context, effects);
    }

    // What start and end read.

    String key() {
        return key;
    }

    Turn turn() {
        return turn;
    }

    @Nullable
    Ownership ownership() {
        return ownership;
    }

    boolean isIn(Step expected) {
        return step == expected;
    }

    boolean isClosing() {
        return closing;
    }

    boolean hasWaiters() {
        return !waiters.isEmpty();
    }

    int waiting() {
        return waiters.size();
    }

    long now() {
        return context.scheduler().now();
    }

    long nowMicros() {
        return context.scheduler().wallMicros();
    }

    // Events.

    boolean join(Waiter waiter) {
        if (step == Step.RETIRED) {
            return false;
        }
        if (closing) {
            waiters.reject(waiter, RejectedException.Reason.CLOSED);
        } else if (step == Step.NEW) {
            waiters.add(waiter);
            start.acquire();
        } else if (mayGrantNow()) {
            waiters.add(waiter);
            grantWaiters(now());
        } else {
            waiters.addToLine(waiter);
            summon();
        }
        return true;
    }

    void leave(Waiter waiter) {
        waiters.remove(waiter);
        retireIfIdle();
    }

    void close() {
        closing = true;
        start.dropTicket();
        rejectAll(RejectedException.Reason.CLOSED);
    }

    void rejectAll(RejectedException.Reason reason) {
        waiters.rejectAll(reason);
        retireIfIdle();
    }

    void forceRelease() {
        if (step == Step.OWNING) {
            grants.clear();
            turnOver(now());
        }
    }

    void tick() {
        long now = now();
        Ownership current = ownership;
        if (current == null || step != Step.OWNING) {
            return;
        }
        renewal.renewIfDue(current, grants.running(), now);
        for (Grant grant : grants.heldTooLong(now)) {
            renewal.heldTooLong(grant);
            ended(grant, now);
        }
    }

    void ended(Grant grant, long now) {
        if (!grants.remove(grant)) {
            return;
        }
        turn.purchaseEnded(now - grant.begunAt());
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
                end.checkIfLong(current, now);
                context.metrics().handedOver();
                grantWaiters(now);
                return;
            }
        }
        if (grants.isEmpty()) {
            turnOver(now);
        }
    }

    private void onWaitTimer() {
        rejectExpired(now());
        startWaitTimer();
    }

    private void onConfirmTimer() {
        confirmTimer = null;
        tick();
    }

    // What start and end cause.

    /**
     * Reads the key. If its mark closes the item, those who wait are rejected before the result is an event of the
     * item.
     */
    void read(@Nullable String line, Consumer<@Nullable KeyState> onResult) {
        effects.call(
                store -> store.read(key, line).thenApply(seen -> {
                    context.admission().sawMark(itemId, seen.mark());
                    return seen;
                }),
                onResult);
    }

    void enter(Step next) {
        step = next;
    }

    /** The item was free when it was asked for, but another owner was faster. */
    void taken() {
        waiters.firstMustWait();
        rejectExpired(now());
        if (waiters.isEmpty()) {
            retire();
        } else {
            startWaitTimer();
        }
    }

    /** This node owns the item now, with a ticket of a line; an empty line means without a lease. */
    void own(Ownership owned, String line, long ticket, long limitNanos) {
        long now = now();
        ownership = owned;
        turn.begin(line, ticket, limitNanos, waiters.size(), now);
        start.dropTicket();
        step = Step.OWNING;
        rejectExpired(now);
        grantWaiters(now);
        if (grants.isEmpty()) {
            turnOver(now);
        } else if (turn.needsNextTicket(waiters.size(), config.permits())) {
            end.takeNextTicket();
        }
    }

    void confirmLater(long nanos) {
        if (step == Step.OWNING) {
            confirmTimer = effects.later(nanos, this::onConfirmTimer);
        }
    }

    /** No other node waits: this one has another turn. */
    void keepTurn(Ownership current) {
        long now = now();
        current.startNewTurn();
        turn.beginAlone(now);
        step = Step.OWNING;
        rejectExpired(now);
        grantWaiters(now);
        if (grants.isEmpty()) {
            turnOver(now);
        }
    }

    private void turnOver(long now) {
        Ownership current = ownership;
        if (current == null) {
            leave();
        } else {
            end.turnOver(current, now);
        }
    }

    void lost(Ownership lost) {
        renewal.lost(lost, grants.running());
    }

    void onHandedOver(Ownership ended, Lease offer, long sentAt, @Nullable Boolean done) {
        disown();
        if (Boolean.FALSE.equals(done)) {
            lost(ended);
        }
        if (Boolean.TRUE.equals(done) && !closing) {
            start.handedOver(turn.line(), turn.takeNextTicket(), offer, sentAt);
        } else {
            leave();
        }
    }

    /** This node does not own the item any more: it asks for it again if somebody waits, and retires otherwise. */
    void leave() {
        disown();
        start.dropTicket();
        if (waiters.isEmpty()) {
            retire();
        } else {
            start.acquire();
        }
    }

    private void disown() {
        if (ownership != null) {
            ownership.end();
        }
        ownership = null;
        if (confirmTimer != null) {
            confirmTimer.cancel();
            confirmTimer = null;
        }
    }

    void storeFailed() {
        switch (config.whenStoreFails()) {
            case LOCAL -> own(Ownership.withoutLease(), "", 0, 0);
            case REJECT -> {
                waiters.rejectAll(RejectedException.Reason.STORE_DOWN);
                retire();
            }
            case ALLOW -> {
                grants.grantAllUnlocked(waiters);
                retire();
            }
        }
    }

    void retire() {
        step = Step.RETIRED;
        disown();
        waiters.cancelTimer();
        start.cancelTimer();
        effects.retired();
    }

    private void retireIfIdle() {
        if (waiters.isEmpty() && (step == Step.NEW || (step == Step.WAITING_FOR_TURN && !start.hasTicket()))) {
            retire();
        }
    }

    // Waiters.

    private boolean mayGrantNow() {
        return step == Step.OWNING && waiters.isEmpty() && grants.hasRoom(ownership, turn, now());
    }

    private void grantWaiters(long now) {
        if (ownership != null) {
            grants.grant(waiters, ownership, turn, now);
            summon();
        }
    }

    private void summon() {
        if (step == Step.OWNING) {
            waiters.summon(turn, now());
        }
    }

    void rejectExpired(long now) {
        waiters.rejectExpired(now);
        retireIfIdle();
    }

    void startWaitTimer() {
        if (step != Step.RETIRED) {
            waiters.startTimer();
        }
    }
}
