package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.RejectedException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The Idempotency-Keys of the last while: a repeated request gets the first one's answer and is not counted again.
 *
 * <p>A key whose request was rejected is free again. When the limit is reached, requests with new keys are rejected:
 * forgetting a key early would count its repetition twice.
 */
final class IdempotencyKeys {

    private final long windowMillis;
    private final int maxKeys;
    private final Clock clock;
    private final Map<String, Claim> claims = new LinkedHashMap<>();

    IdempotencyKeys(Duration window, int maxKeys, Clock clock) {
        this.windowMillis = window.toMillis();
        this.maxKeys = maxKeys;
        this.clock = clock;
    }

    /**
     * Claims the key of a request for its answer; if it is claimed already, returns the answer of the first request.
     *
     * @throws RejectedException if the key belongs to other views, or too many keys are remembered
     */
    @Nullable
    CompletableFuture<Integer> claim(Views views, CompletableFuture<Integer> answer) {
        String key = views.idempotencyKey();
        if (key == null) {
            return null;
        }
        synchronized (this) {
            deleteExpired();
            Claim before = claims.get(key);
            if (before != null && !isExpired(before)) {
                return before.answerTo(views);
            }
            claims.remove(key);
            if (claims.size() >= maxKeys) {
                throw new RejectedException(
                        Reason.TOO_MANY_KEYS,
                        "maxIdempotencyKeys=%d keys are remembered; send the views again later".formatted(maxKeys));
            }
            claims.put(key, new Claim(views, answer, clock.millis()));
        }
        answer.whenComplete((accepted, rejected) -> settle(key, answer, rejected == null));
        return null;
    }

    private synchronized void settle(String key, CompletableFuture<Integer> answer, boolean accepted) {
        Claim claim = claims.get(key);
        if (claim == null || claim.answer != answer) {
            return;
        }
        claims.remove(key);
        if (accepted) {
            claims.put(key, new Claim(claim.fingerprint, answer, clock.millis()));
        }
    }

    /** Remembers a key that an earlier process accepted. */
    synchronized void acceptedBefore(Views views, long acceptedAtMillis) {
        String key = views.idempotencyKey();
        if (key != null && acceptedAtMillis + windowMillis > clock.millis()) {
            claims.put(
                    key,
                    new Claim(
                            views, CompletableFuture.completedFuture(views.ids().size()), acceptedAtMillis));
        }
    }

    /**
     * Claims stand about in the order of acceptance; one under way, or one of an earlier process, holds others up a
     * little.
     */
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
        return claim.answer.isDone() && claim.sinceMillis + windowMillis <= clock.millis();
    }

    private record Claim(int fingerprint, CompletableFuture<Integer> answer, long sinceMillis) {

        Claim(Views views, CompletableFuture<Integer> answer, long sinceMillis) {
            this(views.ids().hashCode(), answer, sinceMillis);
        }

        CompletableFuture<Integer> answerTo(Views views) {
            if (fingerprint != views.ids().hashCode()) {
                throw new RejectedException(
                        Reason.KEY_REUSED,
                        "this Idempotency-Key was sent with other item_ids; use a new key for other views");
            }
            return answer;
        }
    }
}
