package io.github.doorbuster.benchmarks.buylock;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The processor time that the threads of this process have used, by what they are for. */
record ThreadTimes(Map<Long, Long> nanosOfThread) {

    /** What a thread is for. */
    enum Part {
        /** The threads of Jetty. */
        CONTAINER("qtp"),
        /** The load generator. */
        LOAD("load-"),
        /** The thread of the client of memcached. */
        MEMCACHED_CLIENT("Memcached IO"),
        /** All other threads of Java, not those of the collector and of the compiler. */
        OTHER("");

        private final String namePrefix;

        Part(String namePrefix) {
            this.namePrefix = namePrefix;
        }

        private static Part of(String threadName) {
            for (Part part : values()) {
                if (threadName.startsWith(part.namePrefix)) {
                    return part;
                }
            }
            return OTHER;
        }
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    static ThreadTimes now() {
        Map<Long, Long> nanos = new HashMap<>();
        for (long id : THREADS.getAllThreadIds()) {
            nanos.put(id, THREADS.getThreadCpuTime(id));
        }
        return new ThreadTimes(nanos);
    }

    /** {@return the microseconds per request since an earlier moment, of the threads that are still alive} */
    Map<Part, Double> microsSince(ThreadTimes before, long requests) {
        Map<Part, Double> micros = new EnumMap<>(Part.class);
        nanosOfThread.forEach((id, nanos) -> {
            ThreadInfo thread = THREADS.getThreadInfo(id);
            if (thread != null && nanos > 0) {
                double perRequest = (nanos - before.nanosOfThread.getOrDefault(id, 0L)) / 1e3 / Math.max(1, requests);
                micros.merge(Part.of(thread.getThreadName()), perRequest, Double::sum);
            }
        });
        return micros;
    }
}
