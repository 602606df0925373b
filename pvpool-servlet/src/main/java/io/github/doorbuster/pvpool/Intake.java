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

/** The way in: room is reserved, the journal is asked, and only what is durable is folded and accepted. */
final class Intake {

    private final PendingViews pending;
    private final ViewJournal journal;
    private final IdempotencyKeys keys;
    private final LongAdder repeatedRequests = new LongAdder();
    private final LongAdder acceptedRequests = new LongAdder();
    private final LongAdder acceptedViews = new LongAdder();
    private final LongAdder recoveredViews = new LongAdder();
    private final Map<Reason, LongAdder> rejected = new EnumMap<>(Reason.class);
    private volatile boolean closed;

    Intake(PendingViews pending, ViewJournal journal, IdempotencyKeys keys) {
        this.pending = pending;
        this.journal = journal;
        this.keys = keys;
        for (Reason reason : Reason.values()) {
            rejected.put(reason, new LongAdder());
        }
    }

    CompletableFuture<Integer> add(Views views) {
        CompletableFuture<Integer> accepted = new CompletableFuture<>();
        if (closed) {
            reject(accepted, RejectedException.closed());
            return accepted;
        }
        try {
            CompletableFuture<Integer> before = keys.claim(views, accepted);
            if (before != null) {
                repeatedRequests.increment();
                return before;
            }
            reserve(views.ids().size());
        } catch (RejectedException e) {
            reject(accepted, e);
            return accepted;
        }
        journal.append(views, new Acceptance(views, accepted));
        return accepted;
    }

    private void reserve(int size) {
        if (!pending.reserve(size)) {
            throw new RejectedException(
                    Reason.POOL_FULL,
                    "maxPendingItems=%d items wait to be written; send the views again later"
                            .formatted(pending.maxItems()));
        }
    }

    private void reject(CompletableFuture<Integer> accepted, RejectedException cause) {
        rejected.get(cause.reason()).increment();
        accepted.completeExceptionally(cause);
    }

    void recovered(SegmentCounts saved) {
        saved.counts().values().forEach(recoveredViews::add);
    }

    void acceptedBefore(Views views, long acceptedAtMillis) {
        keys.acceptedBefore(views, acceptedAtMillis);
    }

    long repeatedRequests() {
        return repeatedRequests.sum();
    }

    /** Rejects what comes from here on; what was handed to the journal before may still be accepted. */
    void close() {
        closed = true;
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
        rejected.forEach((reason, count) -> counts.put(reason.name().toLowerCase(Locale.ROOT), count.sum()));
        return counts;
    }

    /** Counts a request once its views are durable. */
    private final class Acceptance implements AppendCallback {

        private final Views views;
        private final CompletableFuture<Integer> accepted;

        Acceptance(Views views, CompletableFuture<Integer> accepted) {
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
