package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many purchases are in progress on this node, over all items. Further purchases that are granted begin
 * later, first in, first out. Each item has few grants at a time, so items take turns, and an item with a long line
 * does not delay the others for longer than one with a short line.
 */
final class PurchaseSlots {

    private static final Logger LOG = System.getLogger(PurchaseSlots.class.getName());

    private final int max;
    private final long maxWaitNanos;

    @GuardedBy("this")
    private final Deque<Slotless> slotless = new ArrayDeque<>();

    @GuardedBy("this")
    private int used;

    /** A grant that waits for a slot. */
    private record Slotless(Grant grant, GrantListener listener) {}

    PurchaseSlots(int max, long maxWaitNanos) {
        this.max = max;
        this.maxWaitNanos = maxWaitNanos;
    }

    /** {@return a listener that tells {@code listener} of its grant as soon as there is a slot} */
    GrantListener inFrontOf(GrantListener listener) {
        return new GrantListener() {
            @Override
            public void granted(Grant grant) {
                PurchaseSlots.this.granted(grant, listener);
            }

            @Override
            public boolean standBy() {
                return listener.standBy();
            }

            @Override
            public void rejected(RejectedException.Reason reason) {
                listener.rejected(reason);
            }
        };
    }

    private void granted(Grant grant, GrantListener listener) {
        synchronized (this) {
            if (used == max) {
                slotless.add(new Slotless(grant, listener));
                return;
            }
            used++;
        }
        begin(grant, listener);
    }

    private void begin(Grant grant, GrantListener listener) {
        grant.whenEnded(this::freeSlot);
        listener.granted(grant);
    }

    private void freeSlot() {
        Slotless next;
        synchronized (this) {
            next = slotless.poll();
            if (next == null) {
                used--;
                return;
            }
        }
        try {
            begin(next.grant, next.listener);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a purchase could not begin", e);
            next.grant.abandon();
        }
    }

    /** Rejects the purchases that have waited for a slot for too long. */
    void rejectExpired(long now) {
        List<Slotless> expired = new ArrayList<>();
        synchronized (this) {
            for (Slotless first = slotless.peek(); isExpired(first, now); first = slotless.peek()) {
                expired.add(slotless.remove());
            }
        }
        expired.forEach(each -> reject(each, RejectedException.Reason.LOCKED));
    }

    /** Rejects every purchase that waits for a slot. */
    void close() {
        List<Slotless> all;
        synchronized (this) {
            all = List.copyOf(slotless);
            slotless.clear();
        }
        all.forEach(each -> reject(each, RejectedException.Reason.CLOSED));
    }

    synchronized int used() {
        return used;
    }

    private boolean isExpired(@Nullable Slotless first, long now) {
        return first != null && now - first.grant.grantedAt() >= maxWaitNanos;
    }

    private static void reject(Slotless purchase, RejectedException.Reason reason) {
        try {
            purchase.listener.rejected(reason);
        } finally {
            purchase.grant.abandon();
        }
    }
}
