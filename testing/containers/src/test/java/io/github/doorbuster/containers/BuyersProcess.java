package io.github.doorbuster.containers;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.RawHttpClient;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        String classPath = Stream.of(BuyersProcess.class, RawHttpClient.class, JsonMapper.class)
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

    /** Sends all requests, then reads all responses, and prints how many have which status and body. */
    public static void main(String[] args) throws IOException {
        URI uri = URI.create(args[0]);
        int size = Integer.parseInt(args[1]);
        List<RawHttpClient> buyers = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            RawHttpClient buyer = RawHttpClient.connect(uri);
            buyer.sendForm("/buy", "item_id=" + ITEM);
            buyers.add(buyer);
        }
        Map<String, Integer> responses = new TreeMap<>();
        for (RawHttpClient buyer : buyers) {
            HttpReply reply = buyer.readReply();
            buyer.close();
            responses.merge(reply.status() + " " + reply.text(), 1, Integer::sum);
        }
        System.out.println(responses);
    }
}
