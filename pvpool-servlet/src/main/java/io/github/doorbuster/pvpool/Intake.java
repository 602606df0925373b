package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal.AppendCallback;
import io.github.doorbuster.pvpool.ViewJournal.Open;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts views: reserves room, appends to the journal, and counts them once they are durable. */
final class Intake {

    private final KnownIds knownIds;
    private final PendingViews pending;
    private final ItemQuota quota;
    private final Open journal;
    private final IdempotencyKeys keys;
    private final Supplier<@Nullable String> fenced;
    private final LongAdder repeatedRequests = new LongAdder();
    private final LongAdder acceptedRequests = new LongAdder();
    private final LongAdder acceptedViews = new LongAdder();
    private final Map<Reason, LongAdder> rejectedRequests = new EnumMap<>(Reason.class);
    private volatile boolean closed;

    Intake(
            KnownIds knownIds,
            PendingViews pending,
            ItemQuota quota,
            Open journal,
            IdempotencyKeys keys,
            Supplier<@Nullable String> fenced) {
        this.knownIds = knownIds;
        this.pending = pending;
        this.quota = quota;
        this.journal = journal;
        this.keys = keys;
        this.fenced = fenced;
        for (Reason reason : Reason.values()) {
            rejectedRequests.put(reason, new LongAdder());
        }
    }

    CompletableFuture<Integer> add(Views views) {
        Views known;
        try {
            known = knownIds.keep(views);
        } catch (RejectedException e) {
            Acceptance rejected = new Acceptance(views);
            rejected.reject(e);
            return rejected;
        }
        if (known.size() == 0 && views.size() > 0) {
            acceptedRequests.increment();
            return CompletableFuture.completedFuture(0);
        }
        return addKnown(known);
    }

    private CompletableFuture<Integer> addKnown(Views views) {
        Acceptance acceptance = new Acceptance(views);
        if (closed) {
            acceptance.reject(RejectedException.closed());
            return acceptance;
        }
        if (fenced.get() != null) {
            acceptance.reject(new RejectedException(
                    Reason.FENCED, "another process owns the journal of this node; send the views to another node"));
            return acceptance;
        }
        try {
            CompletableFuture<Integer> first = views.idempotencyKey() == null ? null : claim(acceptance);
            if (first != null) {
                repeatedRequests.increment();
                return first;
            }
            reserve(views.size());
        } catch (RejectedException e) {
            acceptance.reject(e);
            return acceptance;
        }
        journal.append(views, acceptance);
        return acceptance;
    }

    /**
     * Claims the key. If an earlier request has claimed it, returns a copy of the result of that request. Cancelling
     * the copy does not cancel that request.
     */
    private @Nullable CompletableFuture<Integer> claim(Acceptance acceptance) {
        CompletableFuture<Integer> outcome = new CompletableFuture<>();
        CompletableFuture<Integer> first = keys.claim(acceptance.views, outcome);
        acceptance.outcome = outcome;
        return first == null ? null : first.copy();
    }

    private void reserve(int size) {
        if (!pending.reserve(size)) {
            throw new RejectedException(
                    Reason.POOL_FULL,
                    "maxPendingItems=%d items are pending; send the views again later".formatted(quota.max()));
        }
    }

    void countRejected(Reason reason) {
        rejectedRequests.get(reason).increment();
    }

    /** Rejects further requests. A request that is already in the journal may still be accepted. */
    void close() {
        closed = true;
    }

    long repeatedRequests() {
        return repeatedRequests.sum();
    }

    long acceptedRequests() {
        return acceptedRequests.sum();
    }

    long acceptedViews() {
        return acceptedViews.sum();
    }

    long droppedViews() {
        return knownIds.droppedViews();
    }

    Map<String, Long> rejectedRequests() {
        Map<String, Long> counts = new TreeMap<>();
        rejectedRequests.forEach((reason, count) -> counts.put(reason.name().toLowerCase(Locale.ROOT), count.sum()));
        return counts;
    }

    /**
     * The answer to a request, which counts its views once the journal has them. If the caller cancels it before that,
     * the journal drops the views.
     */
    private final class Acceptance extends CompletableFuture<Integer> implements AppendCallback {

        private final Views views;

        /** What happened to the views, for requests that repeat the key. A cancelled answer does not change it. */
        private @Nullable CompletableFuture<Integer> outcome;

        Acceptance(Views views) {
            this.views = views;
        }

        @Override
        public boolean isAbandoned() {
            return isCancelled();
        }

        @Override
        public void durable() {
            int size = views.size();
            try {
                if (!views.decrements().isEmpty()) {
                    pending.expectDecrements();
                }
                pending.fold(views.units());
            } catch (RejectedException e) {
                failed(e);
                return;
            }
            acceptedRequests.increment();
            acceptedViews.add(size);
            if (outcome != null) {
                outcome.complete(size);
            }
            complete(size);
        }

        @Override
        public void failed(RejectedException cause) {
            quota.add(-views.size());
            reject(cause);
        }

        void reject(RejectedException cause) {
            countRejected(cause.reason());
            if (outcome != null) {
                outcome.completeExceptionally(cause);
            }
            completeExceptionally(cause);
        }
    }
}
