package io.github.doorbuster.benchmarks.http;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.github.doorbuster.testing.RawHttpClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/** Connections that send the next request after the response to the last one. */
public final class HttpLoad {

    private static final long HIGHEST_MICROS = 60_000_000;

    private HttpLoad() {}

    /**
     * Loads a server on loopback.
     *
     * @param requests sent in turn; each connection starts with another one
     * @param connections how many at once
     */
    public static Result run(int port, List<byte[]> requests, int connections, int seconds) throws Exception {
        Set<Long> clients = ConcurrentHashMap.newKeySet();
        ExecutorService executor = Executors.newFixedThreadPool(connections, task -> {
            Thread client = new Thread(task, "load");
            clients.add(client.getId());
            return client;
        });
        try {
            long allocatedBefore = allocatedBut(clients);
            long cpuBefore = processCpuNanos();
            List<Future<Result>> all = new ArrayList<>();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            for (int c = 0; c < connections; c++) {
                int offset = c * requests.size() / connections;
                all.add(executor.submit(() -> connection(port, requests, offset, end)));
            }
            Result sum = new Result();
            for (Future<Result> one : all) {
                sum.add(one.get());
            }
            sum.seconds = seconds;
            sum.cpuNanos = processCpuNanos() - cpuBefore - sum.clientCpuNanos;
            sum.allocatedBytes = allocatedBut(clients) - allocatedBefore;
            return sum;
        } finally {
            executor.shutdown();
        }
    }

    private static long allocatedBut(Set<Long> clients) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] server = LongStream.of(threads.getAllThreadIds())
                .filter(id -> !clients.contains(id))
                .toArray();
        return LongStream.of(threads.getThreadAllocatedBytes(server))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    private static long processCpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static Result connection(int port, List<byte[]> requests, int offset, long end) throws IOException {
        Result result = new Result();
        try (RawHttpClient client = RawHttpClient.connect(URI.create("http://127.0.0.1:" + port))) {
            for (int i = offset; System.nanoTime() < end; i++) {
                long start = System.nanoTime();
                int status = client.exchange(requests.get(i % requests.size()));
                result.micros.recordValue(Math.min((System.nanoTime() - start) / 1000, HIGHEST_MICROS));
                result.statuses.merge(status, 1L, Long::sum);
            }
        }
        result.clientCpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        return result;
    }

    /** The responses that the clients got. */
    public static final class Result {
        private final Histogram micros = new Histogram(HIGHEST_MICROS, 3);
        private final Map<Integer, Long> statuses = new TreeMap<>();
        private int seconds;
        private long allocatedBytes;
        private long cpuNanos;
        private long clientCpuNanos;

        private void add(Result other) {
            micros.add(other.micros);
            clientCpuNanos += other.clientCpuNanos;
            other.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
        }

        /** {@return the mean rate of responses} */
        public double perSecond() {
            return (double) micros.getTotalCount() / seconds;
        }

        /** {@return a percentile of the response times} */
        public double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1e3;
        }

        /** {@return what all threads of this process but those of the load generator have allocated} */
        public double bytesPerRequest() {
            return (double) allocatedBytes / Math.max(1, micros.getTotalCount());
        }

        /**
         * {@return the processor time of this process without the load generator, in microseconds} Other programs on
         * the machine change it less than the rate.
         */
        public double cpuMicrosPerRequest() {
            return cpuNanos / 1e3 / Math.max(1, micros.getTotalCount());
        }

        /** {@return whether every status was 2xx} */
        public boolean allSucceeded() {
            return statuses.keySet().stream().allMatch(status -> status / 100 == 2);
        }

        /** {@return rate, percentiles and statuses in one line} */
        public String row() {
            return "%,9.0f req/s  p50 %.2f ms  p99 %.2f ms  max %.1f ms  %,.0f B/req  %.1f cpu µs/req  %s"
                    .formatted(
                            perSecond(),
                            millis(50),
                            millis(99),
                            micros.getMaxValue() / 1e3,
                            bytesPerRequest(),
                            cpuMicrosPerRequest(),
                            statuses);
        }
    }
}
