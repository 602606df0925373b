package io.github.doorbuster.buylock;

import org.jspecify.annotations.Nullable;

/**
 * The purchases that wait for one item on this node, counted and with their time limit. Part of the {@link ItemState},
 * and called within its transitions.
 */
final class ItemWaiters {

    private final WaiterQueue queue = new WaiterQueue();
    private final QueueContext context;
    private final Effects effects;
    private final Runnable onTimer;
    private Effects.@Nullable Timer timer;

    /** Creates an empty queue; {@code onTimer} is the event that the first purchase has waited for too long. */
    ItemWaiters(QueueContext context, Effects effects, Runnable onTimer) {
        this.context = context;
        this.effects = effects;
        this.onTimer = onTimer;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    /** Adds a purchase that may be granted at once. */
    void add(Waiter waiter) {
        queue.add(waiter);
    }

    /** Adds a purchase that must wait, or rejects it. */
    void addToLine(Waiter waiter) {
        if (waiter.triesOnce()) {
            reject(waiter, RejectedException.Reason.LOCKED);
            return;
        }
        RejectedException.Reason full = queue.fullFor(waiter, context.config().maxWaitersPerItem());
        if (full != null && !displaceLast(waiter)) {
            reject(waiter, full);
        } else if (count(waiter) || (displaceLast(waiter) && count(waiter))) {
            queue.add(waiter);
            startTimer();
        } else {
            reject(waiter, RejectedException.Reason.TOO_MANY_WAITERS);
        }
    }

    /** Makes room for a waiter with a kept place. */
    private boolean displaceLast(Waiter earlier) {
        Waiter last = queue.removeLastBehind(earlier);
        if (last != null) {
            reject(last, RejectedException.Reason.DISPLACED);
        }
        return last != null;
    }

    /** The item was free when the first purchase asked for it, but another owner was faster: it must wait after all. */
    void firstMustWait() {
        Waiter first = queue.notQueued();
        if (first != null && first.triesOnce()) {
            queue.remove(first);
            reject(first, RejectedException.Reason.LOCKED);
        } else if (first != null && !count(first)) {
            queue.remove(first);
            reject(first, RejectedException.Reason.TOO_MANY_WAITERS);
        }
    }

    /** {@return false if too many wait already} */
    private boolean count(Waiter waiter) {
        boolean counted = context.metrics().tryAddWaiter(context.config().maxWaiters());
        if (counted) {
            waiter.markQueued();
        }
        return counted;
    }

    /** Removes and returns the next purchase, or returns null. */
    @Nullable
    Waiter poll() {
        Waiter next = queue.pollReady(context.standby().maxThreads());
        if (next != null) {
            uncount(next);
        }
        return next;
    }

    /** Brings the purchases that are served next to a thread, before the item is free. */
    void summon(Turn turn, long now) {
        Standby standby = context.standby();
        int wanted = queue.isEmpty()
                ? 0
                : standby.wanted(turn.holdNanos(), context.config().permits());
        if (wanted > 0) {
            for (Waiter waiter : queue.withoutThread(Math.min(wanted, turn.purchasesLeft(now)))) {
                Standby.Place place = standby.tryTake();
                if (place == null) {
                    return;
                }
                effects.add(() -> waiter.standBy(place));
            }
        }
    }

    void remove(Waiter waiter) {
        if (queue.remove(waiter)) {
            uncount(waiter);
        }
    }

    private void uncount(Waiter waiter) {
        if (waiter.wasQueued()) {
            context.metrics().removeWaiter();
        }
    }

    void reject(Waiter waiter, RejectedException.Reason reason) {
        uncount(waiter);
        effects.add(() -> context.reject(waiter, reason));
    }

    void rejectAll(RejectedException.Reason reason) {
        queue.removeAll().forEach(waiter -> reject(waiter, reason));
    }

    void rejectExpired(long now) {
        queue.removeExpired(now).forEach(waiter -> reject(waiter, RejectedException.Reason.LOCKED));
    }

    /** All waits have the same limit, so the first waiter expires first. */
    void startTimer() {
        Waiter first = queue.firstToExpire();
        if (timer == null && first != null) {
            long now = context.scheduler().now();
            timer = effects.later(Math.max(0, first.deadline() - now), () -> {
                timer = null;
                onTimer.run();
            });
        }
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
