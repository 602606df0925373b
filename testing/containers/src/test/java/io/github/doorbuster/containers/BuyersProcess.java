package io.github.doorbuster.containers;

import io.github.doorbuster.testing.WaitingClients;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Many buyers of one item, each with its own connection, in a process of their own: with both ends of the connections,
 * one process would exceed its limit of open files.
 */
final class BuyersProcess {

    static final String ITEM = "42";

    private BuyersProcess() {}

    static Process start(URI uri, int buyers) throws IOException {
        String classPath = Stream.of(BuyersProcess.class, WaitingClients.class, JsonMapper.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        BuyersProcess.class.getName(),
                        uri.toString(),
                        Integer.toString(buyers))
                .redirectErrorStream(true)
                .start();
    }

    /**
     * What the buyers have received.
     *
     * @param responses how many have which status and body
     * @param lastNanos the {@link System#nanoTime} of the last response, which all processes of a Linux share
     */
    record Result(String responses, long lastNanos) {

        static Result of(Process buyers) throws IOException {
            String[] lines = new String(buyers.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
            return new Result(lines[0], Long.parseLong(lines[1]));
        }
    }

    /** Sends all requests, waits for all responses, and prints a {@link Result}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        URI uri = URI.create(args[0]);
        int size = Integer.parseInt(args[1]);
        try (WaitingClients buyers = new WaitingClients()) {
            for (int i = 0; i < size; i++) {
                buyers.postForm(uri, "/buy", "item_id=" + ITEM);
            }
            long began = System.nanoTime();
            while (buyers.answered() < size && System.nanoTime() - began < TimeUnit.MINUTES.toNanos(3)) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            Map<String, Integer> responses = new TreeMap<>();
            long last = 0;
            for (WaitingClients.Response response : buyers.responses()) {
                responses.merge(response.status() + " " + response.body(), 1, Integer::sum);
                last = Math.max(last, response.nanos());
            }
            System.out.println(responses);
            System.out.println(last);
        }
    }
}
