package io.github.doorbuster.benchmarks.buylock;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Posts purchases over keep-alive connections, one after the other on each, every one for a different item. It reads
 * all responses into one buffer, because its own allocations count as bytes per request.
 */
final class PurchaseLoad {

    private final int port;
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Histogram times = new ConcurrentHistogram(3);
    private volatile boolean over;

    private PurchaseLoad(int port) {
        this.port = port;
    }

    /**
     * The results of a run.
     *
     * @param bytesPerRequest allocated in the whole process, including the load generator
     * @param cpuMicros the processor time of the threads of this process per request, by what they are for
     * @param linux what Linux has counted meanwhile
     * @param requests how many were sent meanwhile
     */
    record Result(
            double requestsPerSecond,
            Histogram times,
            long failed,
            long bytesPerRequest,
            Map<ThreadTimes.Part, Double> cpuMicros,
            LinuxCounts linux,
            long requests) {

        /** {@return the processor time of the memcached} */
        double memcachedMicros() {
            return linux.serverNanos() / 1e3 / requests;
        }

        /** {@return the processor time of this process that its Java threads have not used} */
        double collectorMicros() {
            double java =
                    cpuMicros.values().stream().mapToDouble(Double::doubleValue).sum();
            return Math.max(0, linux.ownNanos() / 1e3 / requests - java);
        }

        double switchesPerRequest() {
            return (double) linux.switches() / requests;
        }
    }

    /**
     * Sends requests for some time.
     *
     * @param memcachedPid the process whose processor time is measured too
     */
    static Result run(int port, int connections, int seconds, long memcachedPid) throws InterruptedException {
        PurchaseLoad load = new PurchaseLoad(port);
        Thread[] clients = new Thread[connections];
        for (int i = 0; i < connections; i++) {
            String prefix = "c" + i + "-";
            clients[i] = new Thread(() -> load.post(prefix), "load-" + i);
            clients[i].start();
        }
        TimeUnit.MILLISECONDS.sleep(200);
        long allocatedBefore = allocated();
        LinuxCounts linuxBefore = LinuxCounts.now(memcachedPid);
        ThreadTimes cpuBefore = ThreadTimes.now();
        long doneBefore = load.done.sum();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double took = (System.nanoTime() - start) / 1e9;
        long requests = Math.max(1, load.done.sum() - doneBefore);
        Map<ThreadTimes.Part, Double> cpu = ThreadTimes.now().microsSince(cpuBefore, requests);
        LinuxCounts linux = LinuxCounts.now(memcachedPid).since(linuxBefore);
        long bytes = allocated() - allocatedBefore;
        load.over = true;
        for (Thread client : clients) {
            client.join();
        }
        return new Result(requests / took, load.times, load.failed.sum(), bytes / requests, cpu, linux, requests);
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    private void post(String prefix) {
        byte[] buffer = new byte[4 * 1024];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            for (long i = 0; !over; i++) {
                String item = prefix + i;
                String body = "item_id=" + item;
                byte[] request =
                        ("POST /buy HTTP/1.1\r\nHost: shop\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII);
                long start = System.nanoTime();
                out.write(request);
                if (!isBought(in, buffer, item)) {
                    failed.increment();
                    return;
                }
                times.recordValue(System.nanoTime() - start);
                done.increment();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the body of the response, which is the item id, has arrived. */
    private static boolean isBought(InputStream in, byte[] buffer, String item) throws IOException {
        int filled = 0;
        while (true) {
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                return false;
            }
            filled += read;
            String response = new String(buffer, 0, filled, StandardCharsets.US_ASCII);
            if (response.endsWith("\r\n\r\n" + item)) {
                return response.startsWith("HTTP/1.1 200");
            }
            if (response.contains("\r\n\r\n") && !response.startsWith("HTTP/1.1 200")) {
                return false;
            }
        }
    }
}
