package io.github.doorbuster.pvpool;

import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps nothing, so every append is done at once. */
final class NoJournal implements ViewJournal {

    private final Clock clock;

    NoJournal(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Open open(Listener listener) {
        return new InMemory(listener, clock);
    }

    /** A new journal id. */
    static String newId() {
        UUID id = UUID.randomUUID();
        return "%016x%016x".formatted(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private static final class InMemory implements Open {

        private final Listener listener;
        private final Clock clock;
        private final Segment first;

        /** Written under the monitor. */
        private volatile Segment current;

        InMemory(Listener listener, Clock clock) {
            this.listener = listener;
            this.clock = clock;
            this.first = new Segment(newId(), 1, 0, clock.millis());
            this.current = first;
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
            if (listener.hasBuckets() && !listener.isSameBucket(clock.millis(), current.createdAtMillis())) {
                leaveBucket();
            }
            callback.durable();
        }

        private synchronized void leaveBucket() {
            if (!listener.isSameBucket(clock.millis(), current.createdAtMillis())) {
                rollSegment();
            }
        }

        /** The pool knows the views in memory; {@link PendingViews} corrects {@code viewsBefore}. */
        @Override
        public synchronized CompletableFuture<@Nullable Void> rollSegment() {
            Segment ended = current;
            Segment next = ended.next(0, clock.millis());
            listener.nextSegment(next);
            current = next; // now, because requests that see it count in its bucket
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
