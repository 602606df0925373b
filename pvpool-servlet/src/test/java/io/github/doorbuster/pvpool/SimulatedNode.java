package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.jdbc.FakeDatabase.Protection;
import io.github.doorbuster.pvpool.journal.FakeFolder;
import io.github.doorbuster.pvpool.journal.SimulatedJournal;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder in a {@link Simulation}, and the process that uses it, if there is one. */
final class SimulatedNode {

    private final Simulation simulation;
    final FakeFolder folder;
    private SimulatedThread thread = new SimulatedThread();

    @Nullable
    PvPool pool;

    private @Nullable SimulatedJournal journal;
    private @Nullable Life process;

    @Nullable
    SimulatedNode watched;

    private final List<SimulatedRequest> open = new ArrayList<>();
    private @Nullable SimulatedRequest keyed;
    private long keyedAt;
    int operationsLeft = -1;
    private long giveUp;
    String failure = "";

    SimulatedNode(Simulation simulation, FakeFolder folder) {
        this.simulation = simulation;
        this.folder = folder;
    }

    /** A life of the process. */
    private final class Life {

        private boolean dead;

        void operation() {
            if (!dead && operationsLeft >= 0 && --operationsLeft < 0) {
                simulation.happened(Simulation.Event.KILL_AT_OPERATION);
                kill();
                if (simulation.random.nextBoolean()) {
                    losePower();
                }
            }
            if (dead) {
                throw new Killed();
            }
        }
    }

    boolean isAlive() {
        return pool != null;
    }

    boolean isFenced() {
        return pool != null && pool.snapshot().fenced();
    }

    void start(boolean takeOver) {
        Life started = new Life();
        process = started;
        thread = new SimulatedThread();
        SimulatedJournal opened = new SimulatedJournal(
                folder, started::operation, simulation.clock, () -> simulation.nanos, simulation::newId);
        giveUp = simulation.nanos + 20_000 * Simulation.MILLI;
        try {
            PvPool built = PvPool.builder()
                    .store(simulation.database.store(started::operation, Simulation.BUCKETS))
                    .journal(
                            simulation.database.isOff(Protection.BUCKET_ENDS)
                                    ? opened.withoutBuckets()
                                    : opened.journal())
                    .config(PvPoolConfig.builder()
                            .chunkRows(1 + simulation.random.nextInt(4))
                            .flushPercent(simulation.rests ? 5 : 100)
                            .takeOver(takeOver)
                            .buckets("hour,day")
                            .allowNegative(simulation.negative)
                            .build())
                    .clocks(() -> simulation.nanos, simulation.clock)
                    .deterministic(() -> thread, simulation.random::nextDouble, simulation::newId)
                    .pacing(this::pause)
                    .build();
            if (started.dead) {
                return;
            }
            pool = built;
            journal = opened;
            simulation.happened(takeOver && !simulation.healed ? Simulation.Event.TAKE_OVER : Simulation.Event.RESTART);
        } catch (UncheckedIOException | Error e) {
            failure = String.valueOf(e.getMessage());
            simulation.happened(Simulation.Event.RESTART_REFUSED);
            kill();
        } finally {
            Thread.interrupted(); // a pause that took too long
        }
    }

    private void pause(long millis) throws InterruptedException {
        simulation.nanos += millis * Simulation.MILLI;
        if (watched != null && watched.isAlive()) {
            watched.tick();
        }
        if (simulation.nanos > giveUp) {
            throw new InterruptedException();
        }
    }

    void add() {
        PvPool target = pool;
        if (target == null) {
            return;
        }
        SimulatedRequest request = keyed;
        if (request != null
                && simulation.nanos - keyedAt < 30_000 * Simulation.MILLI
                && simulation.random.nextInt(3) == 0) {
            simulation.happened(Simulation.Event.REPEAT_KEY);
        } else {
            request = newRequest();
        }
        simulation.happened(Simulation.Event.ADD);
        request.answers.add(target.add(request.views).toCompletableFuture());
        open.add(request);
    }

    private SimulatedRequest newRequest() {
        List<String> views = new ArrayList<>();
        List<String> decrements = new ArrayList<>();
        for (int i = simulation.random.nextInt(5); i >= 0; i--) {
            String id = Simulation.IDS[simulation.random.nextInt(Simulation.IDS.length)];
            (simulation.negative && simulation.random.nextInt(3) == 0 ? decrements : views).add(id);
        }
        if (!decrements.isEmpty()) {
            simulation.happened(Simulation.Event.VIEWS_TAKEN_OFF);
        }
        boolean withKey = simulation.random.nextInt(4) == 0;
        SimulatedRequest request = new SimulatedRequest(
                new Views(views, decrements, withKey ? "key" + simulation.requests.size() : null), simulation.hour());
        simulation.requests.add(request);
        if (withKey) {
            keyed = request;
            keyedAt = simulation.nanos;
        }
        return request;
    }

    void losePower() {
        if (folder.losePower(simulation.random)) {
            simulation.happened(Simulation.Event.POWER_LOSS_LOST_WRITES);
        }
    }

    void commit() {
        SimulatedJournal writing = journal;
        if (writing != null) {
            writing.commit();
        }
        receive();
    }

    /** The clients receive the answers, unless the process was killed before. */
    private void receive() {
        if (process != null && !process.dead) {
            open.forEach(request -> request.settle(simulation.hour()));
            open.clear();
        }
    }

    void tick() {
        thread.tick();
        receive();
        observe();
    }

    private void observe() {
        PvPool observed = pool;
        if (observed != null) {
            PvPoolSnapshot snapshot = observed.snapshot();
            if (snapshot.fenced()) {
                simulation.happened(Simulation.Event.FENCED);
            }
            if (snapshot.takenBackViews() > 0) {
                simulation.happened(Simulation.Event.TAKEN_BACK);
            }
            if (snapshot.flush().alreadyAppliedChunks() > 0) {
                simulation.happened(Simulation.Event.ALREADY_APPLIED);
            }
        }
    }

    boolean flush() {
        PvPool flushed = pool;
        try {
            return flushed != null && flushed.flush();
        } catch (InterruptedException e) {
            return false;
        }
    }

    void read() {
        PvPool reading = pool;
        if (reading != null) {
            simulation.happened(Simulation.Event.READ);
            try {
                reading.counts(List.of(Simulation.IDS));
            } catch (StoreException | Error e) {
                failure = String.valueOf(e.getMessage());
            }
        }
    }

    void checkSnapshot() {
        PvPool checked = pool;
        if (checked == null) {
            return;
        }
        PvPoolSnapshot snapshot = checked.snapshot();
        if (snapshot.pendingViews() != 0 || snapshot.pendingItems() != 0) {
            throw new IllegalStateException("written, but pending: " + snapshot);
        }
    }

    void close(boolean interrupted) {
        PvPool closed = pool;
        if (closed == null) {
            return;
        }
        simulation.happened(interrupted ? Simulation.Event.CLOSE_INTERRUPTED : Simulation.Event.CLOSE);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        giveUp = simulation.nanos + 10_000 * Simulation.MILLI;
        closed.close();
        if (Thread.interrupted() != interrupted) {
            throw new IllegalStateException("close() lost an interrupt");
        }
        receive();
        kill();
    }

    /** Ends the process. What its simulation.requests had not answered stays unanswered. */
    void kill() {
        receive();
        open.forEach(request -> request.answers.clear());
        open.clear();
        if (process != null) {
            process.dead = true;
        }
        folder.unlock();
        pool = null;
        journal = null;
        keyed = null;
        operationsLeft = -1;
    }

    /** The process was killed: nothing that it does from now on has an effect. */
    static final class Killed extends Error {

        static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }
}
