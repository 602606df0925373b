package io.github.doorbuster.benchmarks.demo;

import io.github.doorbuster.benchmarks.http.HttpLoad;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.RawHttpClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests per second of the demo with all three parts, and without {@code HttpStatsFilter}, measured in turns, with
 * the medians. Each round starts both again, because the results of the JIT compiler vary. The load is that of a page
 * view: the items, their views, a static file. Arguments: seconds per run (default 4), rounds (default 5), the jar of
 * the demo (default {@code demo-app/target/demo-app.jar}).
 */
public final class StatsCost {

    private static final int CONNECTIONS = 16;

    /** The rate of a server under full load is stable after about ten seconds. */
    private static final int WARM_UP_SECONDS = 12;

    private static final String READY = "listening on ";

    private static final Pattern STYLES = Pattern.compile("/assets/\\w+/shop\\.css");

    private StatsCost() {}

    /**
     * Prints a line per round, and the medians.
     *
     * @param args seconds per run, rounds, the jar of the demo
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 4;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path jar = Path.of(args.length > 2 ? args[2] : "demo-app/target/demo-app.jar");
        List<Double> ratesWith = new ArrayList<>();
        List<Double> ratesWithout = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            try (Demo with = new Demo(jar);
                    Demo without = new Demo(jar, "--no-httpstats")) {
                rate(with, WARM_UP_SECONDS);
                rate(without, WARM_UP_SECONDS);
                ratesWith.add(rate(with, seconds));
                ratesWithout.add(rate(without, seconds));
                ratesWithout.add(rate(without, seconds));
                ratesWith.add(rate(with, seconds));
            }
            System.out.printf(
                    "round %d: with %,.0f %,.0f   without %,.0f %,.0f req/s%n",
                    round,
                    ratesWith.get(2 * round - 2),
                    ratesWith.get(2 * round - 1),
                    ratesWithout.get(2 * round - 2),
                    ratesWithout.get(2 * round - 1));
        }
        double with = median(ratesWith);
        double without = median(ratesWithout);
        System.out.printf("medians: with %,.0f   without %,.0f req/s   %.1f %%%n", with, without, 100 * with / without);
    }

    private static double rate(Demo demo, int seconds) throws Exception {
        HttpLoad.Result result = HttpLoad.run(demo.port, pageView(demo), CONNECTIONS, seconds);
        if (!result.allSucceeded()) {
            throw new IllegalStateException("the demo rejected requests: " + result.row());
        }
        return result.perSecond();
    }

    /** The path of the files has their hash, and the page has that path. */
    private static List<byte[]> pageView(Demo demo) throws Exception {
        String page = new HttpTestClient(URI.create("http://127.0.0.1:" + demo.port))
                .get("/")
                .text();
        Matcher styles = STYLES.matcher(page);
        if (!styles.find()) {
            throw new IllegalStateException("the page of the shop has no link to " + STYLES);
        }
        return List.of(
                get("/api/items"),
                RawHttpClient.jsonPost("/items/pvc", "{\"item_ids\":[1,2,3,4,5,6,7,8,1,1]}"),
                get(styles.group()));
    }

    private static double median(List<Double> rates) {
        List<Double> sorted = rates.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    private static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The demo as a process, with its defaults. */
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

        /** Waits for the end, so that it does not overlap with the next measurement. */
        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
