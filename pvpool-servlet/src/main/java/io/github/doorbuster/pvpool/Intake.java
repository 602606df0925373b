package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.RefusedException.Reason;
import io.github.doorbuster.pvpool.ViewJournal.Receipt;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** The way in: room is reserved, the journal is asked, and only what is durable is folded and accepted. */
final class Intake {

    private final Pending pending;
    private final ViewJournal journal;
    private final LongAdder acceptedRequests = new LongAdder();
    private final LongAdder acceptedViews = new LongAdder();
    private final LongAdder recoveredViews = new LongAdder();
    private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
    private volatile boolean closed;

    Intake(Pending pending, ViewJournal journal) {
        this.pending = pending;
        this.journal = journal;
        for (Reason reason : Reason.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    CompletableFuture<Integer> add(Views views) {
        CompletableFuture<Integer> accepted = new CompletableFuture<>();
        int size = views.ids().size();
        if (closed) {
            refuse(accepted, RefusedException.closed());
        } else if (!pending.reserve(size)) {
            refuse(
                    accepted,
                    new RefusedException(
                            Reason.POOL_FULL,
                            "maxPendingItems=%d items wait to be written; send the views again later"
                                    .formatted(pending.maxItems())));
        } else {
            journal.append(views, new Receipt() {
                @Override
                public void durable() {
                    try {
                        pending.fold(views.ids());
                    } catch (RefusedException e) {
                        failed(e);
                        return;
                    }
                    acceptedRequests.increment();
                    acceptedViews.add(size);
                    accepted.complete(size);
                }

                @Override
                public void failed(RefusedException cause) {
                    pending.release(size);
                    refuse(accepted, cause);
                }
            });
        }
        return accepted;
    }

    private void refuse(CompletableFuture<Integer> accepted, RefusedException cause) {
        refused.get(cause.reason()).increment();
        accepted.completeExceptionally(cause);
    }

    void recovered(long views) {
        recoveredViews.add(views);
    }

    /** Refuses what comes from here on; what was handed to the journal before may still be accepted. */
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

    Map<String, Long> refusedRequests() {
        Map<String, Long> counts = new TreeMap<>();
        refused.forEach((reason, count) -> counts.put(reason.name().toLowerCase(Locale.ROOT), count.sum()));
        return counts;
    }
}
