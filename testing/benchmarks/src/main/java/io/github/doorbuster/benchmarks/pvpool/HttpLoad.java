package io.github.doorbuster.benchmarks.pvpool;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Keep-alive connections that post the next request when the last one is answered. */
final class HttpLoad {

    private static final long HIGHEST_MICROS = 60_000_000;

    private HttpLoad() {}

    static Result run(int port, String path, List<List<String>> requests, int connections, int seconds)
            throws Exception {
        List<byte[]> bytes = requests.stream().map(ids -> request(path, ids)).toList();
        ExecutorService executor = Executors.newFixedThreadPool(connections);
        List<Future<Result>> all = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (int c = 0; c < connections; c++) {
            int offset = c * bytes.size() / connections;
            all.add(executor.submit(() -> connection(port, bytes, offset, end)));
        }
        Result sum = new Result();
        for (Future<Result> one : all) {
            sum.add(one.get());
        }
        executor.shutdown();
        sum.seconds = seconds;
        return sum;
    }

    private static byte[] request(String path, List<String> ids) {
        String body = "{\"item_ids\":[\"" + String.join("\",\"", ids) + "\"]}";
        return ("POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(path, body.length(), body))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static Result connection(int port, List<byte[]> requests, int offset, long end) throws IOException {
        Result result = new Result();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = offset; System.nanoTime() < end; i++) {
                long start = System.nanoTime();
                socket.getOutputStream().write(requests.get(i % requests.size()));
                int status = readAnswer(in);
                result.micros.recordValue(Math.min((System.nanoTime() - start) / 1000, HIGHEST_MICROS));
                result.statuses.merge(status, 1L, Long::sum);
            }
        }
        return result;
    }

    private static int readAnswer(InputStream in) throws IOException {
        int status = Integer.parseInt(readLine(in).substring(9, 12));
        int length = 0;
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return status;
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** What the clients saw. */
    static final class Result {
        final Histogram micros = new Histogram(HIGHEST_MICROS, 3);
        final Map<Integer, Long> statuses = new TreeMap<>();
        int seconds;

        void add(Result other) {
            micros.add(other.micros);
            other.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
        }

        double perSecond() {
            return (double) micros.getTotalCount() / seconds;
        }

        String row() {
            return "%,9.0f req/s  p50 %.2f ms  p99 %.2f ms  max %.1f ms  %s"
                    .formatted(
                            perSecond(),
                            micros.getValueAtPercentile(50) / 1e3,
                            micros.getValueAtPercentile(99) / 1e3,
                            micros.getMaxValue() / 1e3,
                            statuses);
        }
    }
}
