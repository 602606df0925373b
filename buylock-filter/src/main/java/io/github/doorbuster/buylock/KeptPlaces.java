package io.github.doorbuster.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The places that buyers keep while they are away. At most one purchase waits with each on this node; a later one takes
 * over from the first. A place is used up once a purchase with it was granted.
 */
final class KeptPlaces {

    /** Used places that are remembered, about 150 bytes each. Beyond it, the oldest is forgotten. */
    static final int MAX_USED = 200_000;

    private final Scheduler scheduler;
    private final LockMetrics metrics;
    private final BuyerPlaces waiting;
    private final int maxUsed;

    /** The nonces of used places, with the time until which each is remembered, by the lock's clock. */
    @GuardedBy("this")
    private final Map<String, Long> used = new LinkedHashMap<>();

    /** A request for a place in the queue of an item. */
    interface QueueRequest {
        PendingGrant send(GrantListener listener, @Nullable KeptPlace kept);
    }

    KeptPlaces(Scheduler scheduler, LockMetrics metrics, int maxUsed) {
        this.maxUsed = maxUsed;
        this.scheduler = scheduler;
        this.metrics = metrics;
        this.waiting = new BuyerPlaces(Integer.MAX_VALUE, metrics);
    }

    /** {@return true if a purchase with this place was granted} */
    synchronized boolean isUsed(String nonce) {
        Long until = used.get(nonce);
        return until != null && until - scheduler.now() > 0;
    }

    /**
     * Requests an item with a kept place, or takes over from the purchase that waits with it already.
     *
     * @param request requests a place in the queue of the item; gets null for the kept place if that is used up
     */
    PendingGrant request(KeptPlace place, String itemId, GrantListener listener, QueueRequest request) {
        return waiting.request(new Buyer(place.nonce(), true), itemId, listener, first -> {
            if (isUsed(place.nonce())) {
                return request.send(first, null);
            }
            metrics.returned();
            return request.send(usedOnceGranted(place, first), place);
        });
    }

    /** {@return when a buyer with this place has asked first, by the lock's clock} */
    long arrivedAt(KeptPlace place, long now) {
        long ago = nowMicros() - TimeUnit.MILLISECONDS.toMicros(place.since().toEpochMilli());
        return now - TimeUnit.MICROSECONDS.toNanos(Math.max(0, ago));
    }

    private GrantListener usedOnceGranted(KeptPlace place, GrantListener listener) {
        return new GrantListener() {
            @Override
            public void granted(Grant grant) {
                use(place);
                listener.granted(grant);
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

    private synchronized void use(KeptPlace place) {
        long now = scheduler.now();
        Instant wall = Instant.EPOCH.plusNanos(TimeUnit.MICROSECONDS.toNanos(nowMicros()));
        used.put(place.nonce(), now + Duration.between(wall, place.until()).toNanos());
        Iterator<Long> oldest = used.values().iterator();
        while (oldest.hasNext() && oldest.next() - now <= 0) {
            oldest.remove();
        }
        if (used.size() > maxUsed) {
            used.remove(used.keySet().iterator().next());
            metrics.placeForgotten();
        }
    }

    private long nowMicros() {
        return scheduler.wallMicros();
    }
}
