package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers Idempotency-Keys for a time window, so that a repeated request gets the result of the first one and is not
 * counted again.
 *
 * <p>If a request is rejected, its key can be used again. At the limit, requests with a new key are rejected, because a
 * key that is forgotten early would be counted twice when it is repeated.
 */
final class IdempotencyKeys {

    private final long windowNanos;
    private final int maxKeys;
    private final Clock clock;
    private final LongSupplier nanoClock;

    @GuardedBy("this")
    private final Map<String, Claim> claims = new LinkedHashMap<>();

    IdempotencyKeys(Duration window, int maxKeys, Clock clock, LongSupplier nanoClock) {
        this.windowNanos = window.toNanos();
        this.maxKeys = maxKeys;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * Claims the key of a request. If an earlier request has claimed it, returns the result of that request.
     *
     * @param result completes when the request is accepted or rejected
     * @throws RejectedException if the key was used with other views, or if too many keys are remembered
     */
    @Nullable
    CompletableFuture<Integer> claim(Views views, CompletableFuture<Integer> result) {
        String key = views.idempotencyKey();
        if (key == null) {
            return null;
        }
        synchronized (this) {
            deleteExpired();
            Claim first = claims.get(key);
            if (first != null && !isExpired(first)) {
                return first.resultFor(views);
            }
            claims.remove(key);
            if (claims.size() >= maxKeys) {
                throw new RejectedException(
                        Reason.TOO_MANY_KEYS,
                        "maxIdempotencyKeys=%d keys are remembered; send the views again later".formatted(maxKeys));
            }
            claims.put(key, new Claim(Fingerprint.of(views.units()), result, nanoClock.getAsLong()));
        }
        result.whenComplete((accepted, rejected) -> completed(key, result, rejected == null));
        return null;
    }

    /** Starts the window of an accepted key anew, at the end of the map; releases a rejected one. */
    private synchronized void completed(String key, CompletableFuture<Integer> result, boolean accepted) {
        Claim claim = claims.get(key);
        if (claim == null || claim.result != result) {
            return;
        }
        claims.remove(key);
        if (accepted) {
            claims.put(key, new Claim(claim.fingerprint, result, nanoClock.getAsLong()));
        }
    }

    /**
     * Remembers a key that an earlier process accepted. Only here the wall clock decides the age of a key. If it is
     * earlier than the time of acceptance, it is wrong, and the window starts anew.
     */
    synchronized void recover(Views views, long acceptedAtMillis) {
        String key = views.idempotencyKey();
        long ageNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.millis() - acceptedAtMillis));
        if (key != null && ageNanos < windowNanos) {
            claims.put(
                    key,
                    new Claim(
                            Fingerprint.of(views.units()),
                            CompletableFuture.completedFuture(views.size()),
                            nanoClock.getAsLong() - ageNanos));
        }
    }

    /**
     * Deletes expired claims, which come first: claims are roughly in the order of acceptance. A claim that is in
     * progress or was recovered delays the deletion of later ones.
     */
    @GuardedBy("this")
    private void deleteExpired() {
        Iterator<Claim> oldest = claims.values().iterator();
        while (oldest.hasNext()) {
            if (!isExpired(oldest.next())) {
                return;
            }
            oldest.remove();
        }
    }

    private boolean isExpired(Claim claim) {
        return claim.result.isDone() && nanoClock.getAsLong() - claim.sinceNanos >= windowNanos;
    }

    private record Claim(Fingerprint fingerprint, CompletableFuture<Integer> result, long sinceNanos) {

        CompletableFuture<Integer> resultFor(Views views) {
            if (!fingerprint.isSameAs(Fingerprint.of(views.units()))) {
                throw new RejectedException(
                        Reason.KEY_REUSED,
                        "this Idempotency-Key was sent with other item_ids; use a new key for other views");
            }
            return result;
        }
    }

    /** 128 bits of the SHA-256 of a list of ids, so that a client cannot construct two lists with the same value. */
    private record Fingerprint(long high, long low) {

        static Fingerprint of(List<String> ids) {
            MessageDigest sha = sha256();
            for (String id : ids) {
                sha.update((byte) id.length());
                sha.update(id.getBytes(StandardCharsets.US_ASCII));
            }
            ByteBuffer digest = ByteBuffer.wrap(sha.digest());
            return new Fingerprint(digest.getLong(), digest.getLong());
        }

        /** Not {@code equals}: with that of a record, the JDK keeps the class loader of the application. */
        boolean isSameAs(Fingerprint other) {
            return high == other.high && low == other.low;
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
