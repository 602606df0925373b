package io.github.doorbuster.benchmarks.demo;

import io.github.doorbuster.benchmarks.http.HttpLoad;
import io.github.doorbuster.testing.KeepAlivePoster;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demo with all three parts on, beside the same without {@code HttpStatsFilter}: requests a second of both,
 * measured in turns, and the medians. Each round starts both anew, because no two runs of a JIT compiler end alike. The
 * load is what a page view asks for: the items, its views, a static file. Arguments: seconds per run (default 4),
 * rounds (default 5), the demo's jar (default {@code demo-app/target/demo-app.jar}).
 */
public final class StatsCost {

    private static final int CONNECTIONS = 16;

    /** A server under full load takes some ten seconds until its rate stands still. */
    private static final int WARM_UP_SECONDS = 12;

    private static final String READY = "listening on ";

    private static final Pattern STYLES = Pattern.compile("/assets/\\w+/shop\\.css");

    private StatsCost() {}

    /**
     * Runs it and prints a line per round, and the medians.
     *
     * @param args seconds per run, rounds, the demo's jar
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
            throw new IllegalStateException("the demo refused requests: " + result.row());
        }
        return result.perSecond();
    }

    /** The page says where its files stand: under a path with their hash. */
    private static List<byte[]> pageView(Demo demo) throws Exception {
        HttpRequest shop = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + demo.port + "/"))
                .build();
        String page =
                HttpClient.newHttpClient().send(shop, BodyHandlers.ofString()).body();
        Matcher styles = STYLES.matcher(page);
        if (!styles.find()) {
            throw new IllegalStateException("the shop's page links to no " + STYLES);
        }
        return List.of(
                get("/api/items"),
                KeepAlivePoster.request("/items/pvc", "{\"item_ids\":[1,2,3,4,5,6,7,8,1,1]}"),
                get(styles.group()));
    }

    private static double median(List<Double> rates) {
        List<Double> sorted = rates.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
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

        /** Waits for its end, or it would still be closing its database while the next one is measured. */
        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
