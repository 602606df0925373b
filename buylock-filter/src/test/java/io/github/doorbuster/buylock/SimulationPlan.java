package io.github.doorbuster.buylock;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What happens in one simulated run: everything follows from the seed. */
record SimulationPlan(
        long seed,
        int nodes,
        int items,
        int permits,
        int buyers,
        long arrivalNanos,
        long holdNanos,
        int waitMillis,
        long skewMicros,
        Map<Fault, Integer> faults) {

    /** What goes wrong. */
    enum Fault {
        BUYER_LEAVES,
        PURCHASE_HANGS,
        PURCHASE_THROWS,
        MEMCACHED_SLOW,
        MEMCACHED_HANGS,
        MEMCACHED_RESTARTS,
        MEMCACHED_FLUSHED,
        MEMCACHED_EVICTS,
        COUNTERS_EVICTED,
        REPLIES_LOST,
        CONNECTION_CUT,
        NODE_PAUSES,
        NODE_DIES,
        NODE_CLOSES,
        CLOCK_JUMPS
    }

    private static final Fault[] FAULTS = Fault.values();

    static SimulationPlan of(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        int size = random.nextInt(100);
        int nodes = size < 25 ? 1 : size < 85 ? 2 + random.nextInt(4) : size < 98 ? 6 + random.nextInt(15) : 100;
        int items = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(4);
        int buyers = Math.min(200, nodes * (1 + random.nextInt(20)));
        long hold = TimeUnit.MICROSECONDS.toNanos(100L << random.nextInt(9));
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        // Four in ten runs are healthy: only there the bounds on fairness hold.
        for (int left = random.nextInt(10) < 4 ? 0 : 1 + random.nextInt(3); left > 0; left--) {
            faults.merge(FAULTS[random.nextInt(FAULTS.length)], 1, Integer::sum);
        }
        return new SimulationPlan(
                seed,
                nodes,
                items,
                1 + random.nextInt(3) * random.nextInt(2),
                buyers,
                TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(500)),
                hold,
                random.nextInt(4) == 0 ? 200 : 5_000,
                random.nextInt(3) == 0 ? random.nextInt(50_000) : 0,
                faults);
    }

    boolean has(Fault fault) {
        return faults.containsKey(fault);
    }

    boolean isHealthy() {
        return faults.isEmpty();
    }

    /** {@return true if the lines keep their order, or get a new one soon} */
    boolean keepsOrder() {
        return faults.keySet().stream().allMatch(fault -> fault == Fault.COUNTERS_EVICTED);
    }
}
