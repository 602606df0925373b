package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal.AppendCallback;
import io.github.doorbuster.pvpool.ViewJournal.SegmentCounts;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** Accepts views: reserves room, appends to the journal, and counts them once they are durable. */
final class Intake {

    private final PendingViews pending;
    private final ViewJournal journal;
    private final IdempotencyKeys keys;
    private final LongAdder repeatedRequests = new LongAdder();
    private final LongAdder acceptedRequests = new LongAdder();
    private final LongAdder acceptedViews = new LongAdder();
    private final LongAdder recoveredViews = new LongAdder();
    private final Map<Reason, LongAdder> rejectedRequests = new EnumMap<>(Reason.class);
    private volatile boolean closed;

    Intake(PendingViews pending, ViewJournal journal, IdempotencyKeys keys) {
        this.pending = pending;
        this.journal = journal;
        this.keys = keys;
        for (Reason reason : Reason.values()) {
            rejectedRequests.put(reason, new LongAdder());
        }
    }

    CompletableFuture<Integer> add(Views views) {
        CompletableFuture<Integer> accepted = new CompletableFuture<>();
        if (closed) {
            reject(accepted, RejectedException.closed());
            return accepted;
        }
        try {
            CompletableFuture<Integer> first = keys.claim(views, accepted);
            if (first != null) {
                repeatedRequests.increment();
                return first;
            }
            reserve(views.ids().size());
        } catch (RejectedException e) {
            reject(accepted, e);
            return accepted;
        }
        journal.append(views, new FoldWhenDurable(views, accepted));
        return accepted;
    }

    private void reserve(int size) {
        if (!pending.reserve(size)) {
            throw new RejectedException(
                    Reason.POOL_FULL,
                    "maxPendingItems=%d items are pending; send the views again later".formatted(pending.maxItems()));
        }
    }

    private void reject(CompletableFuture<Integer> accepted, RejectedException cause) {
        rejectedRequests.get(cause.reason()).increment();
        accepted.completeExceptionally(cause);
    }

    void recovered(SegmentCounts segment) {
        segment.counts().values().forEach(recoveredViews::add);
    }

    void keyRecovered(Views views, long acceptedAtMillis) {
        keys.recover(views, acceptedAtMillis);
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

    long recoveredViews() {
        return recoveredViews.sum();
    }

    Map<String, Long> rejectedRequests() {
        Map<String, Long> counts = new TreeMap<>();
        rejectedRequests.forEach((reason, count) -> counts.put(reason.name().toLowerCase(Locale.ROOT), count.sum()));
        return counts;
    }

    /** Counts the views of a request once the journal has them. */
    private final class FoldWhenDurable implements AppendCallback {

        private final Views views;
        private final CompletableFuture<Integer> accepted;

        FoldWhenDurable(Views views, CompletableFuture<Integer> accepted) {
            this.views = views;
            this.accepted = accepted;
        }

        @Override
        public void durable() {
            int size = views.ids().size();
            try {
                pending.fold(views.ids());
            } catch (RejectedException e) {
                failed(e);
                return;
            }
            acceptedRequests.increment();
            acceptedViews.add(size);
            accepted.complete(size);
        }

        @Override
        public void failed(RejectedException cause) {
            pending.release(views.ids().size());
            reject(accepted, cause);
        }
    }
}
