package io.github.doorbuster.pvpool;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps nothing, so every append is done at once. */
final class NoJournal implements ViewJournal {

    private @Nullable Listener listener;
    private String current = "";

    @Override
    public List<SegmentCounts> start(Listener listener) {
        this.listener = listener;
        current = listener.nextSegment();
        return List.of();
    }

    @Override
    public void append(Views views, AppendCallback callback) {
        callback.durable();
    }

    @Override
    public CompletableFuture<@Nullable Void> rollSegment() {
        Listener pool = listener;
        if (pool != null) {
            String ended = current;
            current = pool.nextSegment();
            pool.segmentSealed(ended);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<@Nullable Void> stop() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void forget(String segment) {}

    @Override
    public int close(List<SegmentCounts> unwritten) {
        return 0;
    }
}
