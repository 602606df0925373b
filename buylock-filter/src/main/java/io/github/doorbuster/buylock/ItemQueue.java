package io.github.doorbuster.buylock;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The purchases of one item on this node: one has the item, the others stand in line.
 *
 * <p>A state machine. Every event takes the lock, moves the machine, and notes what is to be done in {@link #effects};
 * these are carried out one after the other without the lock, by whichever thread comes first. So no lock is held while
 * the store is asked or a future completed, and a purchase that ends within the callback that began it does not
 * recurse.
 */
final class ItemQueue implements Grant.Ending {

    private static final Logger LOG = System.getLogger(ItemQueue.class.getName());
    private static final long ANNOUNCE_EVERY = TimeUnit.SECONDS.toNanos(1);

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
    private final BuyLockConfig config;
    private final LockStore store;
    private final Supplier<String> tokens;
    private final Timing timing;
    private final Tally tally;
    private final Consumer<ItemQueue> retired;

    // Small: most items have one purchase at a time.
    private final Deque<Waiter> line = new ArrayDeque<>(1);
    private final Deque<Runnable> effects = new ArrayDeque<>(2);
    private boolean carryingOut;
    private Stage stage = Stage.FREE;
    private boolean closing;
    private @Nullable Tenure tenure;
    private @Nullable Grant holder;
    private @Nullable Future<?> waitTimer;
    private @Nullable Future<?> pauseTimer;
    private boolean hasAnnounced;
    private long announcedAt;

    ItemQueue(
            String itemId,
            BuyLockConfig config,
            LockStore store,
            Supplier<String> tokens,
            Timing timing,
            Tally tally,
            Consumer<ItemQueue> retired) {
        this.itemId = itemId;
        this.key = ItemKey.of(config.keyPrefix(), itemId);
        this.config = config;
        this.store = store;
        this.tokens = tokens;
        this.timing = timing;
        this.tally = tally;
        this.retired = retired;
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
                reject(waiter, Rejection.CLOSED);
            } else if (stage == Stage.FREE) {
                line.add(waiter);
                ask();
            } else if (waiter.willNotWait()) {
                reject(waiter, Rejection.LOCKED);
            } else if (line.size() >= config.maxWaitersPerItem()) {
                reject(waiter, Rejection.ITEM_QUEUE_FULL);
            } else {
                waiter.standsInLine();
                line.add(waiter);
                setWaitTimer();
            }
        }
        carryOut();
        return true;
    }

    /** A waiter was cancelled. */
    void leave(Waiter waiter) {
        synchronized (effects) {
            if (line.remove(waiter)) {
                tally.leaves();
                retireIfIdle();
            }
        }
        carryOut();
    }

    /** The node closes: nobody waits any longer; what is under way ends as usual. */
    void close() {
        synchronized (effects) {
            closing = true;
            rejectAll(Rejection.CLOSED);
            retireIfIdle();
        }
        carryOut();
    }

    /** The node has waited long enough for the purchase under way: its lease is released now. */
    void abandonPurchase() {
        synchronized (effects) {
            if (stage == Stage.HELD) {
                holder = null;
                endTenure(false);
            }
        }
        carryOut();
    }

    /** Renews the lease if a third of its time has passed. */
    void renewIfDue() {
        synchronized (effects) {
            long now = timing.now();
            Tenure renewed = tenure;
            Lease lease = renewed == null ? null : renewed.lease();
            if (renewed == null || lease == null || stage != Stage.HELD) {
                return;
            }
            if (!renewed.leaseHolds(now)) {
                noteLoss(renewed);
            } else if (renewed.isRenewalDue(now)) {
                renewed.renewalStarts();
                onAnswer(() -> store.renew(lease), (own, failure) -> renewalAnswered(renewed, now, own));
            }
        }
        carryOut();
    }

    private void renewalAnswered(Tenure renewed, long askedAt, @Nullable Boolean own) {
        synchronized (effects) {
            if (own == null) {
                renewed.renewalFailed();
            } else if (own) {
                renewed.renewed(askedAt);
            } else if (tenure == renewed && stage == Stage.HELD) {
                noteLoss(renewed);
            }
        }
    }

    private void acquireAnswered(Lease lease, long askedAt, @Nullable Boolean taken) {
        synchronized (effects) {
            if (taken == null) {
                storeFailed();
            } else if (taken) {
                hasAnnounced = false;
                tenure = Tenure.under(lease, askedAt);
                grantNext(tenure);
            } else {
                refused();
            }
        }
        carryOut();
    }

    @Override
    public void unclaimed(Grant grant, long now) {
        tally.unclaimed();
        released(grant, now);
    }

    @Override
    public void released(Grant grant, long now) {
        tally.released(now, grant.since());
        synchronized (effects) {
            if (holder == grant) {
                holder = null;
                purchaseEnded(now);
            }
        }
        carryOut();
    }

    private void announcedAnswered(Tenure yielding, @Nullable Boolean otherWaits) {
        synchronized (effects) {
            if (Boolean.FALSE.equals(otherWaits) && yielding.lasts(timing.now())) {
                yielding.startNewTurn();
                grantNext(yielding);
            } else {
                endTenure(true);
            }
        }
        carryOut();
    }

    private void releaseAnswered(Tenure ended, @Nullable Boolean own, boolean pause) {
        synchronized (effects) {
            if (Boolean.FALSE.equals(own)) {
                noteLoss(ended);
            }
            goOn(pause);
        }
        carryOut();
    }

    private void pauseOver() {
        synchronized (effects) {
            if (stage == Stage.PAUSED) {
                rejectOverdue(timing.now());
                if (stage == Stage.PAUSED) {
                    ask();
                }
            }
        }
        carryOut();
    }

    private void waitOver() {
        synchronized (effects) {
            waitTimer = null;
            rejectOverdue(timing.now());
            setWaitTimer();
        }
        carryOut();
    }

    // Moves. All with the lock held.

    private void ask() {
        stage = Stage.ASKING;
        Lease lease = new Lease(key, tokens.get(), config.lease());
        long askedAt = timing.now();
        onAnswer(() -> store.acquire(lease), (taken, failure) -> acquireAnswered(lease, askedAt, taken));
    }

    private void refused() {
        line.forEach(Waiter::standsInLine);
        stage = Stage.PAUSED;
        long now = timing.now();
        rejectOverdue(now);
        if (stage == Stage.PAUSED) {
            if (!hasAnnounced || now - announcedAt >= ANNOUNCE_EVERY) {
                hasAnnounced = true;
                announcedAt = now;
                onAnswer(() -> store.announce(key), (done, failure) -> {});
            }
            pause(pollNanos());
        }
    }

    private void storeFailed() {
        switch (config.whenStoreFails()) {
            case LOCAL -> {
                tenure = Tenure.withoutLease();
                grantNext(tenure);
            }
            case REJECT -> {
                rejectAll(Rejection.STORE_DOWN);
                retire();
            }
            case ALLOW -> {
                for (Waiter waiter = line.poll(); waiter != null; waiter = line.poll()) {
                    tally.leaves();
                    deliver(waiter, newGrant(Grant.Scope.NOBODY, null));
                }
                retire();
            }
        }
    }

    /** Whoever is first gets it, overdue or not: those who may not wait at all are overdue from the start. */
    private void grantNext(Tenure current) {
        Waiter next = line.poll();
        if (next == null) {
            endTenure(false);
            return;
        }
        tally.leaves();
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
        } else if (current.handOver(config.handOvers())) {
            tally.handedOver();
            grantNext(current);
        } else if (current.lease() == null) {
            ask();
        } else {
            stage = Stage.YIELDING;
            onAnswer(() -> store.announced(key), (otherWaits, failure) -> announcedAnswered(current, otherWaits));
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
            onAnswer(() -> store.release(lease), (own, failure) -> releaseAnswered(ended, own, pause));
        }
    }

    private void goOn(boolean pause) {
        if (line.isEmpty()) {
            retire();
        } else if (pause) {
            pause(pollNanos() * 3 / 2);
        } else {
            ask();
        }
    }

    private void pause(long nanos) {
        stage = Stage.PAUSED;
        pauseTimer = timing.in(nanos, this::pauseOver);
        setWaitTimer();
    }

    private void retireIfIdle() {
        if (line.isEmpty() && (stage == Stage.PAUSED || stage == Stage.FREE)) {
            retire();
        }
    }

    private void retire() {
        stage = Stage.RETIRED;
        tenure = null;
        for (Future<?> timer : new Future<?>[] {waitTimer, pauseTimer}) {
            if (timer != null) {
                timer.cancel(false);
            }
        }
        retired.accept(this);
    }

    /** Every wait here lasts equally long, so whoever is first in line is the first whose wait is over. */
    private void setWaitTimer() {
        Waiter first = line.peek();
        if (waitTimer == null && first != null && stage != Stage.RETIRED) {
            waitTimer = timing.in(Math.max(0, first.until() - timing.now()), this::waitOver);
        }
    }

    private void rejectOverdue(long now) {
        for (Waiter first = line.peek(); first != null && first.isOver(now); first = line.peek()) {
            line.remove();
            reject(first, Rejection.LOCKED);
        }
        retireIfIdle();
    }

    private void rejectAll(Rejection reason) {
        for (Waiter waiter = line.poll(); waiter != null; waiter = line.poll()) {
            reject(waiter, reason);
        }
    }

    private void reject(Waiter waiter, Rejection reason) {
        tally.leaves();
        effects.add(() -> {
            if (waiter.completeExceptionally(new RejectedException(reason))) {
                tally.rejected(reason);
            }
        });
    }

    private Grant newGrant(Grant.Scope scope, @Nullable Tenure under) {
        return new Grant(itemId, scope, under, timing, timing.now(), this);
    }

    private void deliver(Waiter waiter, Grant grant) {
        effects.add(() -> {
            tally.granted(grant.scope(), grant.since(), waiter.since(), waiter.stoodInLine());
            if (!waiter.complete(grant)) {
                grant.giveBack();
            }
        });
    }

    private void noteLoss(Tenure lost) {
        if (lost.lose()) {
            tally.leaseLost();
            LOG.log(Level.DEBUG, "the lease of {0} ended before its purchase did", key);
        }
    }

    private long pollNanos() {
        return TimeUnit.MILLISECONDS.toNanos(config.pollMillis());
    }

    // Effects.

    private <T> void onAnswer(Supplier<CompletionStage<T>> operation, Answer<T> then) {
        effects.add(() -> {
            CompletionStage<T> answer;
            try {
                answer = Objects.requireNonNull(operation.get());
            } catch (RuntimeException | Error e) {
                // Whatever it is, the line must go on.
                answer = CompletableFuture.failedStage(e);
            }
            answer.whenComplete(then::given);
        });
    }

    /** What a store answered: a value, or null and why there is none. */
    @FunctionalInterface
    private interface Answer<T> {
        void given(@Nullable T value, @Nullable Throwable failure);
    }

    private void carryOut() {
        for (boolean mine = false; ; mine = true) {
            Runnable effect;
            synchronized (effects) {
                if (carryingOut && !mine) {
                    return;
                }
                effect = effects.poll();
                carryingOut = effect != null;
            }
            if (effect == null) {
                return;
            }
            effect.run();
        }
    }
}
