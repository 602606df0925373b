package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.Views;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A journal whose disk never answers. */
final class SilentJournal implements ViewJournal {

    @Override
    public List<SegmentCounts> start(Listener owner) {
        owner.nextSegment();
        return List.of();
    }

    @Override
    public void append(Views views, AppendCallback callback) {}

    @Override
    public CompletableFuture<@Nullable Void> rollSegment() {
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
        return unwritten.size();
    }
}
