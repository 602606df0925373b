package io.github.doorbuster.pvpool;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps nothing, so nothing waits. */
final class NoJournal implements ViewJournal {

    private @Nullable Listener owner;
    private String current = "";

    @Override
    public List<SegmentCounts> start(Listener owner) {
        this.owner = owner;
        current = owner.nextSegment();
        return List.of();
    }

    @Override
    public void append(Views views, AppendCallback callback) {
        callback.durable();
    }

    @Override
    public CompletableFuture<@Nullable Void> rollSegment() {
        Listener pool = owner;
        if (pool != null) {
            String ended = current;
            current = pool.nextSegment();
            pool.sealed(ended);
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
