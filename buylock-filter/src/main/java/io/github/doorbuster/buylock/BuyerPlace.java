package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The place of one buyer in the queue of one item. A second request of the buyer can take the place of the first. */
final class BuyerPlace implements GrantListener {

    private enum State {
        WAITING,
        /** The last request of the buyer was cancelled before the place in the queue was known. */
        CANCELLED,
        /** The purchase runs, or was rejected. */
        DECIDED
    }

    private final Consumer<BuyerPlace> onEnd;

    @GuardedBy("this")
    private GrantListener listener;

    @GuardedBy("this")
    private State state = State.WAITING;

    @GuardedBy("this")
    private @Nullable PendingGrant pending;

    BuyerPlace(GrantListener first, Consumer<BuyerPlace> onEnd) {
        this.listener = first;
        this.onEnd = onEnd;
    }

    /** Gives the place to another request. Returns the request before, or null if the purchase does not wait. */
    synchronized @Nullable GrantListener tryReplace(GrantListener second) {
        if (state != State.WAITING) {
            return null;
        }
        GrantListener first = listener;
        listener = second;
        return first;
    }

    void setPending(PendingGrant requested) {
        boolean cancelled;
        synchronized (this) {
            pending = requested;
            cancelled = state == State.CANCELLED;
        }
        if (cancelled) {
            requested.cancel();
        }
    }

    /** {@return the request of one listener, which can be cancelled as long as it has the place} */
    PendingGrant pendingFor(GrantListener requested) {
        return new PendingGrant() {
            @Override
            public boolean cancel() {
                return BuyerPlace.this.cancel(requested);
            }

            @Override
            public void setStanding(boolean standing) {
                PendingGrant place = placeOf(requested);
                if (place != null) {
                    place.setStanding(standing);
                }
            }
        };
    }

    private synchronized @Nullable PendingGrant placeOf(GrantListener requested) {
        return listener == requested ? pending : null;
    }

    private boolean cancel(GrantListener requested) {
        PendingGrant place;
        synchronized (this) {
            if (listener != requested || state != State.WAITING) {
                return false;
            }
            place = pending;
            if (place == null) {
                state = State.CANCELLED;
            }
        }
        boolean cancelled = place == null || place.cancel();
        if (cancelled) {
            onEnd.accept(this);
        }
        return cancelled;
    }

    @Override
    public void granted(Grant grant) {
        GrantListener last = decide();
        grant.whenEnded(() -> onEnd.accept(this));
        if (last == null) {
            grant.abandon();
        } else {
            last.granted(grant);
        }
    }

    @Override
    public boolean standBy() {
        GrantListener last;
        synchronized (this) {
            last = listener;
        }
        return last.standBy();
    }

    @Override
    public void rejected(RejectedException.Reason reason) {
        GrantListener last = decide();
        onEnd.accept(this);
        if (last != null) {
            last.rejected(reason);
        }
    }

    private synchronized @Nullable GrantListener decide() {
        boolean cancelled = state == State.CANCELLED;
        state = State.DECIDED;
        return cancelled ? null : listener;
    }
}
