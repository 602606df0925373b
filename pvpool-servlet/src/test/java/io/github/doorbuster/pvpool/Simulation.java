package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.jdbc.FakeDatabase;
import io.github.doorbuster.pvpool.jdbc.FakeDatabase.Protection;
import io.github.doorbuster.pvpool.journal.FakeFolder;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs pools on fake disks and a fake database, under virtual time, on one thread. A seed decides everything: what
 * clients send, what fails, and which process dies at which operation.
 *
 * <p>At the end everything is repaired, each folder is started once more and written completely. Then for every item:
 * accepted ≤ counted ≤ accepted + unanswered, or the same with signs where views are taken off.
 */
final class Simulation {

    /** What the simulation does; every kind must fire in a run of many seeds. */
    enum Event {
        ADD,
        REPEAT_KEY,
        COMMIT,
        FLUSH,
        READ,
        KILL,
        KILL_AT_OPERATION,
        POWER_LOSS,
        POWER_LOSS_LOST_WRITES,
        CLOSE,
        CLOSE_INTERRUPTED,
        RESTART,
        RESTART_REFUSED,
        WRONG_CLOCK,
        COPY_OF_LIVE_FOLDER,
        COPY_OF_DEAD_FOLDER,
        TAKE_OVER,
        TAKE_OVER_OF_STALLED,
        OLDER_COPY_SET_ASIDE,
        FENCED,
        DATABASE_SET_BACK,
        TAKEN_BACK,
        ALREADY_APPLIED,
        LONG_PAUSE,
        HOUR_ENDED,
        VIEWS_TAKEN_OFF
    }

    private static final int STEPS = 120;
    static final long MILLI = 1_000_000;
    private static final long DAY_MILLIS = 86_400_000;
    static final Buckets BUCKETS = Buckets.of("hour,day", "UTC");
    static final String[] IDS = {"a", "b", "c", "d", "e", "f"};

    final Random random;
    private final Map<String, Integer> fired;
    private final boolean forceWorks;

    /** Whether clients also take views off. */
    final boolean negative;

    /** Whether the pools rest after a flush. */
    final boolean rests;

    final FakeDatabase database;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    final List<SimulatedRequest> requests = new ArrayList<>();
    private final Map<String, Double> faultRates = new HashMap<>();
    long nanos = 1L << 40;
    private long wallOffset;
    private int clockChanges;
    private String lastHour = "";
    private long ids;
    boolean healed;
    private @Nullable Runnable backup;

    private Simulation(long seed, Map<String, Integer> fired, Set<Protection> off, boolean forceWorks) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.fired = fired;
        this.forceWorks = forceWorks;
        this.negative = seed % 4 == 0;
        this.rests = seed % 3 == 0;
        this.database = new FakeDatabase(() -> nanos, fault -> fires(fault.name()), off);
        long sinceMidnight = clock.millis() % DAY_MILLIS;
        wallOffset = DAY_MILLIS - sinceMidnight - random.nextInt(30_000); // midnight is in the run
        for (FakeDatabase.Fault fault : FakeDatabase.Fault.values()) {
            faultRates.put(fault.name(), rate());
        }
        for (FakeFolder.Fault fault : FakeFolder.Fault.values()) {
            faultRates.put(fault.name(), rate());
        }
        faultRates.put(FakeDatabase.Fault.LOCK_TIMEOUT.name(), 0.5); // only counts while another holds the lock
    }

    /** Most faults are off in most runs, so that each run tells something. */
    private double rate() {
        return random.nextInt(4) == 0 ? random.nextDouble() * 0.2 : 0;
    }

    /**
     * Runs a seed.
     *
     * @param fired counts how often each event and fault happened
     * @return what is wrong with the counts; empty if they are exact
     */
    static String run(long seed, Map<String, Integer> fired, Set<Protection> off, boolean forceWorks) {
        return new Simulation(seed, fired, off, forceWorks).run();
    }

    void happened(Event event) {
        fired.merge(event.name(), 1, Integer::sum);
    }

    private boolean fires(String fault) {
        if (healed || random.nextDouble() >= faultRates.getOrDefault(fault, 0.0)) {
            return false;
        }
        fired.merge(fault, 1, Integer::sum);
        return true;
    }

    private String run() {
        nodes.add(new SimulatedNode(this, new FakeFolder(fault -> fires(fault.name()), forceWorks)));
        nodes.get(0).start(false);
        for (int step = 0; step < STEPS; step++) {
            nanos += (1 + random.nextInt(400)) * MILLI;
            if (!lastHour.equals(hour())) {
                happened(Event.HOUR_ENDED);
                lastHour = hour();
            }
            try {
                step(nodes.get(random.nextInt(nodes.size())));
            } catch (SimulatedNode.Killed e) {
                happened(Event.KILL);
            }
        }
        return drain();
    }

    private void step(SimulatedNode node) {
        int choice = random.nextInt(100);
        if (!node.isAlive()) {
            if (choice < 50) {
                node.start(random.nextInt(8) == 0);
            } else if (choice < 55 && nodes.size() < 4) {
                happened(Event.COPY_OF_DEAD_FOLDER);
                nodes.add(new SimulatedNode(this, node.folder.copy()));
            }
            return;
        }
        if (choice < 40) {
            node.add();
        } else if (choice < 60) {
            happened(Event.COMMIT);
            node.commit();
        } else if (choice < 80) {
            happened(Event.FLUSH);
            node.tick();
        } else if (choice < 84) {
            node.read();
        } else if (choice < 87) {
            happened(Event.KILL);
            node.kill();
        } else if (choice < 90) {
            node.operationsLeft = random.nextInt(40);
        } else if (choice < 92) {
            happened(Event.POWER_LOSS);
            node.kill();
            node.losePower();
        } else if (choice < 94) {
            node.close(random.nextInt(4) == 0);
        } else if (choice < 95) {
            happened(Event.WRONG_CLOCK);
            clockChanges++;
            wallOffset = random.nextBoolean() ? -1_700_000_000_000L : random.nextInt(1_000_000_000);
        } else if (choice < 96) {
            if (random.nextBoolean()) {
                startOnCopy(node);
            } else {
                takeOverOfStalled(node);
            }
        } else if (choice < 98) {
            setBack();
        } else if (choice < 99) {
            happened(Event.LONG_PAUSE);
            nanos += 4000 * MILLI;
        } else {
            database.settle();
        }
    }

    /** The database fails over to a replica, or is restored, that has an earlier state. */
    private void setBack() {
        Runnable restore = backup;
        backup = null;
        if (restore == null) {
            backup = database.backup();
        } else {
            happened(Event.DATABASE_SET_BACK);
            restore.run();
        }
    }

    /** A second process starts on a copy of the folder of a process that works, and must be refused. */
    private void startOnCopy(SimulatedNode original) {
        healed = true;
        original.operationsLeft = -1; // if it died now, the copy would rightly take its place
        database.settle();
        original.commit();
        original.tick();
        original.tick();
        if (original.flush() && !original.isFenced()) { // it owns all its journals
            original.add();
            original.commit();
            SimulatedNode copy = new SimulatedNode(this, original.folder.copy());
            copy.watched = original;
            happened(Event.COPY_OF_LIVE_FOLDER);
            original.add();
            original.commit();
            copy.start(false);
            if (copy.isAlive()) {
                throw new IllegalStateException("a pool has started on a copy of a live folder");
            }
            original.tick();
        }
        healed = false;
    }

    /** A process stalls, and a copy of its folder that is not the latest takes over. Then the process goes on. */
    private void takeOverOfStalled(SimulatedNode original) {
        if (nodes.size() >= 4) {
            return;
        }
        happened(Event.TAKE_OVER_OF_STALLED);
        original.add();
        original.commit();
        SimulatedNode copy = new SimulatedNode(this, original.folder.copy());
        nodes.add(copy);
        for (int i = random.nextInt(3); i >= 0; i--) {
            original.add();
            original.commit();
        }
        if (original.isAlive() && random.nextBoolean()) {
            original.operationsLeft = random.nextInt(10);
            original.tick(); // writes some of its chunks
        }
        copy.start(true);
        if (random.nextBoolean()) {
            copy.tick();
        }
    }

    private String drain() {
        healed = true;
        clockChanges++;
        wallOffset = 0;
        database.settle();
        for (SimulatedNode node : nodes) {
            if (node.isAlive()) {
                node.commit();
                node.kill();
            }
        }
        nanos += 10_000 * MILLI;
        long missing = 0;
        for (int round = 0; round < 2; round++) {
            for (SimulatedNode node : nodes) {
                node.start(true);
                PvPool pool = node.pool;
                if (pool == null) {
                    return "a folder cannot be started after all is repaired: " + node.failure;
                }
                node.tick();
                if (!node.flush()) {
                    return "a folder cannot be written after all is repaired: "
                            + pool.snapshot().flush().lastError();
                }
                node.checkSnapshot();
                if (node.folder.quarantined() > 0) {
                    happened(Event.OLDER_COPY_SET_ASIDE);
                }
                missing += pool.snapshot().missingViews();
                node.close(false);
            }
        }
        return verdict(missing);
    }

    private String verdict(long missing) {
        Map<String, Long> leastCounts = new TreeMap<>();
        Map<String, Long> mostCounts = new TreeMap<>();
        for (SimulatedRequest request : requests) {
            request.settle(hour());
            request.addLeast(request.accepted, leastCounts);
            request.addMost(request.accepted, mostCounts);
        }
        StringBuilder wrong = new StringBuilder();
        Map<String, Long> counts = database.counts();
        for (String id : IDS) {
            long counted = counts.getOrDefault(id, 0L);
            long least = leastCounts.getOrDefault(id, 0L);
            long most = mostCounts.getOrDefault(id, 0L);
            if (counted < least || counted > most) {
                wrong.append("%s: %d counted, %d to %d expected (%d reported as missing). "
                        .formatted(id, counted, least, most, missing));
            }
        }
        return wrong + new SimulatedBuckets(database).violations(requests);
    }

    /** The hour of the wall clock, with the number of its changes. */
    String hour() {
        return SimulatedBuckets.hour(clock) + "#" + clockChanges;
    }

    String newId() {
        return "%032x".formatted(++ids * 0x1F123BB5L + random.nextInt(1000));
    }

    final Clock clock = new UtcClock() {
        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(1_800_000_000_000L + nanos / MILLI + wallOffset);
        }
    };
}
