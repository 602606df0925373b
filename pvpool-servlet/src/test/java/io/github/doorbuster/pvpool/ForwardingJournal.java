package io.github.doorbuster.pvpool;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A journal that keeps nothing. Tests override what they let fail. */
public class ForwardingJournal implements ViewJournal {

    private final ViewJournal journal = ViewJournal.none();

    @Override
    public List<SegmentCounts> start(Listener listener) throws IOException {
        return journal.start(listener);
    }

    @Override
    public void append(Views views, AppendCallback callback) {
        journal.append(views, callback);
    }

    @Override
    public CompletableFuture<@Nullable Void> rollSegment() {
        return journal.rollSegment();
    }

    @Override
    public CompletableFuture<@Nullable Void> stop() {
        return journal.stop();
    }

    @Override
    public void forget(String segment) throws IOException {
        journal.forget(segment);
    }

    @Override
    public int close(List<SegmentCounts> unwritten) {
        return journal.close(unwritten);
    }
}
