package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.jdbc.FakeDatabase;
import io.github.doorbuster.pvpool.jdbc.FakeDatabase.Fault;
import io.github.doorbuster.pvpool.journal.FakeFolder;
import io.github.doorbuster.pvpool.journal.SimulatedJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Nodes with a fake disk on a fake database. A test decides what fails. */
abstract class FakedNodes {

    /** What a node keeps on its disk. */
    enum Keeps {
        JOURNAL,
        SPILL,
        NOTHING
    }

    private static final long GIVE_UP_MILLIS = 20_000;

    final FakeClock clock = new FakeClock();
    boolean databaseIsAway;
    final Set<Fault> nextFaults = EnumSet.noneOf(Fault.class);
    int faultsSkipped;
    final FakeDatabase database = new FakeDatabase(clock::nanoTime, this::fires, Set.of());
    final Map<String, Long> accepted = new TreeMap<>();

    private boolean fires(Fault fault) {
        if (fault == Fault.AWAY) {
            return databaseIsAway;
        }
        return nextFaults.contains(fault) && --faultsSkipped < 0 && nextFaults.remove(fault);
    }

    /** A node, and the folder that it has unless it keeps nothing. */
    final class Node {

        final Keeps keeps;
        FakeFolder folder;
        private SimulatedThread flusher = new SimulatedThread();
        private @Nullable SimulatedJournal journal;
        PvPool pool;
        private long waitedMillis;

        Node(Keeps keeps) {
            this(keeps, new FakeFolder(fault -> false, true), false);
        }

        Node(Keeps keeps, FakeFolder folder, boolean takeOver) {
            this.keeps = keeps;
            this.folder = folder;
            this.pool = start(takeOver);
        }

        private PvPool start(boolean takeOver) {
            flusher = new SimulatedThread();
            SimulatedThread thread = flusher;
            return PvPool.builder()
                    .store(database.store(() -> {}))
                    .journal(openedJournal())
                    .config(PvPoolConfig.builder()
                            .chunkRows(2)
                            .takeOver(takeOver)
                            .build())
                    .clocks(clock::nanoTime, clock)
                    .deterministic(() -> thread, () -> 0, NoJournal::newId)
                    .pacing(this::pause)
                    .build();
        }

        private ViewJournal openedJournal() {
            switch (keeps) {
                case JOURNAL -> {
                    SimulatedJournal file =
                            new SimulatedJournal(folder, () -> {}, clock, clock::nanoTime, NoJournal::newId);
                    journal = file;
                    return file.journal();
                }
                case SPILL -> {
                    return SimulatedJournal.spilling(folder, clock, clock::nanoTime);
                }
                default -> {
                    return ViewJournal.none();
                }
            }
        }

        private void pause(long millis) throws InterruptedException {
            clock.advance(Duration.ofMillis(millis));
            waitedMillis += millis;
            nodes.stream().filter(other -> other != this).forEach(Node::tick);
            if (waitedMillis > GIVE_UP_MILLIS) {
                throw new InterruptedException();
            }
        }

        void tick() {
            flusher.tick();
        }

        Node add(String... ids) {
            CompletableFuture<Integer> answer =
                    pool.add(new Views(List.of(ids))).toCompletableFuture();
            if (journal != null) {
                journal.commit();
            }
            assertThat(answer).isCompletedWithValue(ids.length);
            List.of(ids).forEach(id -> accepted.merge(id, 1L, Long::sum));
            return this;
        }

        boolean flush() {
            try {
                return pool.flush();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void close() {
            waitedMillis = 0;
            pool.close();
            Thread.interrupted(); // the writing has taken too long
        }

        void kill() {
            folder.unlock();
        }

        void restart() {
            waitedMillis = 0;
            pool = start(false);
        }
    }

    /** The other nodes that are alive. */
    final List<Node> nodes = new ArrayList<>();

    void assertExact() {
        assertThat(database.counts()).isEqualTo(accepted);
    }
}
