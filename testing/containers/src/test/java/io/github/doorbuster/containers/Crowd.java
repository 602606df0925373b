package io.github.doorbuster.containers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Many buyers of one item, each on a connection of its own, in a process of its own: both ends of that many connections
 * would be more open files than most systems let one process have.
 */
final class Crowd {

    static final String ITEM = "42";

    private Crowd() {}

    static Process start(URI uri, int size) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classes =
                Crowd.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return new ProcessBuilder(
                        java.toString(),
                        "-Xmx256m",
                        "-cp",
                        classes,
                        Crowd.class.getName(),
                        uri.toString(),
                        Integer.toString(size))
                .redirectErrorStream(true)
                .start();
    }

    /** Connects and asks for all, then reads all answers; prints how many had each status. */
    public static void main(String[] args) throws IOException {
        URI uri = URI.create(args[0]);
        int size = Integer.parseInt(args[1]);
        List<Wire> buyers = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Wire buyer = Wire.open(uri);
            buyer.request(
                    "POST",
                    "/buy",
                    Map.of("Content-Type", "application/x-www-form-urlencoded"),
                    Wire.bytes("item_id=" + ITEM));
            buyers.add(buyer);
        }
        Map<String, Integer> answers = new TreeMap<>();
        for (Wire buyer : buyers) {
            Wire.Answer answer = buyer.answer();
            buyer.close();
            answers.merge(answer.status() + " " + answer.text(), 1, Integer::sum);
        }
        System.out.println(answers);
    }
}
