package io.github.doorbuster.benchmarks.demo;

import io.github.doorbuster.benchmarks.http.HttpLoad;
import io.github.doorbuster.testing.KeepAlivePoster;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The demo with all three parts on, beside the same without {@code HttpStatsFilter}: requests a second of both, round
 * by round in turns, and the medians. Arguments: seconds per run (default 3), rounds (default 7), the demo's jar
 * (default {@code demo-app/target/demo-app.jar}).
 */
public final class StatsCost {

    private static final int CONNECTIONS = 16;
    /** The JIT compiler of a server under full load takes some ten seconds until its rate stands still. */
    private static final int WARM_UP_SECONDS = 15;

    private static final String READY = "listening on ";

    private static final Map<String, byte[]> REQUESTS = new LinkedHashMap<>();

    static {
        REQUESTS.put("GET /api/items", get("/api/items"));
        REQUESTS.put(
                "POST /items/pvc, 10 views",
                KeepAlivePoster.request("/items/pvc", "{\"item_ids\":[1,2,3,4,5,6,7,8,1,1]}"));
        REQUESTS.put("GET /assets/shop.css", get("/assets/shop.css"));
    }

    private StatsCost() {}

    /**
     * Runs it and prints a line per kind of request.
     *
     * @param args seconds per run, rounds, the demo's jar
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        Path jar = Path.of(args.length > 2 ? args[2] : "demo-app/target/demo-app.jar");
        try (Demo with = new Demo(jar);
                Demo without = new Demo(jar, "--no-httpstats")) {
            for (Map.Entry<String, byte[]> request : REQUESTS.entrySet()) {
                compare(request.getKey(), List.of(request.getValue()), with, without, seconds, rounds);
            }
        }
    }

    private static void compare(String name, List<byte[]> request, Demo with, Demo without, int seconds, int rounds)
            throws Exception {
        List<Double> rateWith = new ArrayList<>();
        List<Double> rateWithout = new ArrayList<>();
        HttpLoad.run(with.port, request, CONNECTIONS, WARM_UP_SECONDS);
        HttpLoad.run(without.port, request, CONNECTIONS, WARM_UP_SECONDS);
        for (int round = 0; round < rounds; round++) {
            boolean withFirst = round % 2 == 0;
            for (boolean measuresWith : new boolean[] {withFirst, !withFirst}) {
                Demo demo = measuresWith ? with : without;
                double rate =
                        HttpLoad.run(demo.port, request, CONNECTIONS, seconds).perSecond();
                (measuresWith ? rateWith : rateWithout).add(rate);
            }
        }
        double on = median(rateWith);
        double off = median(rateWithout);
        System.out.printf(
                "%-26s with %,8.0f req/s   without %,8.0f req/s   %.1f %%   (medians of %d)%n",
                name, on, off, 100 * on / off, rounds);
    }

    private static double median(List<Double> rates) {
        return rates.stream().sorted().toList().get(rates.size() / 2);
    }

    private static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The demo as a process of its own, with the embedded defaults. */
    private static final class Demo implements AutoCloseable {

        private final Process process;
        private final int port;

        Demo(Path jar, String... options) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-jar",
                    jar.toString(),
                    "--port",
                    "0"));
            command.addAll(List.of(options));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            port = awaitPort(process.inputReader());
        }

        private static int awaitPort(BufferedReader output) throws IOException {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(READY)) {
                    return URI.create(line.substring(READY.length())).getPort();
                }
            }
            throw new IOException("the demo did not start");
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
