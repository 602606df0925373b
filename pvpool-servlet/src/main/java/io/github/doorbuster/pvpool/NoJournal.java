package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps nothing, so every append is done at once. */
final class NoJournal implements ViewJournal {

    @Override
    public Open open(Listener listener) {
        return new InMemory(listener);
    }

    /** A new journal id. */
    static String newId() {
        UUID id = UUID.randomUUID();
        return "%016x%016x".formatted(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private static final class InMemory implements Open {

        private final Listener listener;
        private final Segment first = new Segment(newId(), 1, 0, 0);

        @GuardedBy("this")
        private Segment current = first;

        InMemory(Listener listener) {
            this.listener = listener;
        }

        @Override
        public Segment first() {
            return first;
        }

        @Override
        public List<Segment> recovered() {
            return List.of();
        }

        @Override
        public Map<String, Position> applied() {
            return Map.of();
        }

        @Override
        public Set<String> journals() {
            return Set.of();
        }

        @Override
        public long recoveredViews() {
            return 0;
        }

        @Override
        public boolean hasFolder() {
            return false;
        }

        @Override
        public boolean isDurable() {
            return false;
        }

        @Override
        public void append(Views views, AppendCallback callback) {
            callback.durable();
        }

        /** The pool knows the views in memory; {@link PendingViews} corrects {@code viewsBefore}. */
        @Override
        public synchronized CompletableFuture<@Nullable Void> rollSegment() {
            Segment ended = current;
            current = ended.next(0, 0);
            listener.nextSegment(current);
            listener.segmentSealed(ended);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<@Nullable Void> stop() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean read(Segment segment, Counts counts) throws IOException {
            throw new IOException("segment %d is only in memory".formatted(segment.number()));
        }

        @Override
        public void setAside(Segment segment, String reason) throws IOException {
            throw new IOException("segment %d is only in memory".formatted(segment.number()));
        }

        @Override
        public void applied(Segment segment) {}

        @Override
        public TakenBack takeBack(String journal, Position position) {
            return new TakenBack(List.of(), 0);
        }

        @Override
        public void deleteExpired() {}

        @Override
        public long close(Collection<Unwritten> unwritten) {
            return 0;
        }
    }
}
