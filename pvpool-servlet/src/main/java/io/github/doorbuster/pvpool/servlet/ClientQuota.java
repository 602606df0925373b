package io.github.doorbuster.pvpool.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Limits the ids that one client posts within a minute, by a token bucket for each client. Clients beyond
 * {@code maxClients} share one bucket; to make room, those are forgotten whose bucket is full again.
 */
final class ClientQuota {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long SWEEP_INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final int perClient;
    private final int maxClients;
    private final LongSupplier nanoClock;
    private final Map<Long, Bucket> buckets = new ConcurrentHashMap<>();
    private final AtomicInteger clients = new AtomicInteger();
    private final Bucket shared;
    private final AtomicLong nextSweep;

    ClientQuota(ClientLimits limits, LongSupplier nanoClock) {
        this.perClient = limits.perClient();
        this.maxClients = limits.maxClients();
        this.nanoClock = nanoClock;
        long now = nanoClock.getAsLong();
        this.shared = new Bucket(now);
        this.nextSweep = new AtomicLong(now + SWEEP_INTERVAL);
    }

    boolean isOn() {
        return perClient > 0;
    }

    /**
     * Takes the ids of a request from the quota of a client. A request that the pool rejects later counts as well.
     *
     * @return 0, or the seconds to wait if the client has used up its quota
     * @throws HttpException 413 if the request alone is larger than the quota
     */
    long take(long client, int ids) throws HttpException {
        if (ids > perClient) {
            throw new HttpException(
                    HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                    "item_ids has %d ids, but perClient=%d a minute are allowed; send fewer".formatted(ids, perClient));
        }
        long now = nanoClock.getAsLong();
        long waitNanos = bucket(client, now).take(ids, now);
        return waitNanos == 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(waitNanos - 1) + 1;
    }

    private Bucket bucket(Long client, long now) {
        Bucket known = buckets.get(client);
        if (known != null) {
            return known;
        }
        if (clients.get() >= maxClients) {
            sweep(now);
        }
        if (clients.incrementAndGet() > maxClients) {
            clients.decrementAndGet();
            return shared;
        }
        Bucket fresh = new Bucket(now);
        Bucket earlier = buckets.putIfAbsent(client, fresh);
        if (earlier != null) {
            clients.decrementAndGet();
        }
        return earlier == null ? fresh : earlier;
    }

    /** Forgets the clients whose buckets are full again. At most one thread does this, once a second. */
    private void sweep(long now) {
        long due = nextSweep.get();
        if (now - due < 0 || !nextSweep.compareAndSet(due, now + SWEEP_INTERVAL)) {
            return;
        }
        buckets.forEach((client, bucket) -> {
            if (bucket.isFull(now) && buckets.remove(client, bucket)) {
                clients.decrementAndGet();
            }
        });
    }

    /** {@return the number of clients that have a bucket} */
    int clients() {
        return clients.get();
    }

    /**
     * The time from which on the bucket is full again stands for its level (the generic cell rate algorithm of ITU-T
     * I.371, as a virtual schedule).
     */
    private final class Bucket {

        private final AtomicLong fullAt;

        Bucket(long now) {
            fullAt = new AtomicLong(now);
        }

        /** Takes ids, or returns after how many nanoseconds there will be enough. */
        long take(int ids, long now) {
            long cost = MINUTE / perClient * ids;
            while (true) {
                long before = fullAt.get();
                long after = (before - now > 0 ? before : now) + cost;
                if (after - now > MINUTE) {
                    return after - now - MINUTE;
                }
                if (fullAt.compareAndSet(before, after)) {
                    return 0;
                }
            }
        }

        boolean isFull(long now) {
            return fullAt.get() - now <= 0;
        }
    }
}
