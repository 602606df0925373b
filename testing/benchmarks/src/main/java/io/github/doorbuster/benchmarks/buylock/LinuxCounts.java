package io.github.doorbuster.benchmarks.buylock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Linux has counted so far. Every count stays 0 on other systems, and for a server on another machine.
 *
 * @param ownNanos the processor time of this process, with its garbage collector and its compiler
 * @param serverNanos the processor time of the memcached
 * @param switches how often threads of both processes were put on a processor
 * @param idleTicks the time in which a processor had nothing to do
 * @param allTicks the time of all processors, in the same unit
 */
record LinuxCounts(long ownNanos, long serverNanos, long switches, long idleTicks, long allTicks) {

    private static final Path PROC = Path.of("/proc");
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    /** The columns behind these repeat the time of guests. */
    private static final int COLUMNS = 9;

    static LinuxCounts now(long serverPid) {
        long[] own = threads(ProcessHandle.current().pid());
        long[] server = threads(serverPid);
        long idle = 0;
        long all = 0;
        List<String> lines = lines(PROC.resolve("stat"));
        if (!lines.isEmpty()) {
            String[] ticks = lines.get(0).split(" +", -1);
            idle = Long.parseLong(ticks[IDLE]) + Long.parseLong(ticks[IO_WAIT]);
            for (int column = 1; column < COLUMNS; column++) {
                all += Long.parseLong(ticks[column]);
            }
        }
        return new LinuxCounts(own[0], server[0], own[1] + server[1], idle, all);
    }

    LinuxCounts since(LinuxCounts before) {
        return new LinuxCounts(
                ownNanos - before.ownNanos,
                serverNanos - before.serverNanos,
                switches - before.switches,
                idleTicks - before.idleTicks,
                allTicks - before.allTicks);
    }

    double idlePercent() {
        return 100.0 * idleTicks / Math.max(1, allTicks);
    }

    /** {@return the nanoseconds on a processor of all threads of a process, and how often they were put there} */
    private static long[] threads(long pid) {
        long[] sums = new long[2];
        try (Stream<Path> tasks = Files.list(PROC.resolve(Long.toString(pid)).resolve("task"))) {
            tasks.forEach(task -> lines(task.resolve("schedstat")).forEach(line -> {
                String[] counts = line.split(" ", -1);
                sums[0] += Long.parseLong(counts[0]);
                sums[1] += Long.parseLong(counts[2]);
            }));
        } catch (IOException e) {
            return new long[2];
        }
        return sums;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            // The thread has ended, or this is another system.
            return List.of();
        }
    }
}
