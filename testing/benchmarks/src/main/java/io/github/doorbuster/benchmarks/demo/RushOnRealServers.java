package io.github.doorbuster.benchmarks.demo;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs the {@code rush} of the demo with a memcached and a MariaDB. Arguments: those of {@code rush}, except those of
 * the servers, and {@code --rounds}: how often to run it, default 1. With more rounds, prints the medians at the end.
 */
public final class RushOnRealServers {

    private static final String JAR = "demo-app/target/demo-app.jar";
    private static final Set<String> COUNTED = Set.of(
            "cmd_get", "cmd_set", "cmd_meta", "get_misses", "incr_hits", "incr_misses", "cas_hits", "cas_badval");
    private static final Pattern ROW = Pattern.compile("  (\\S.{39})((?: +(?:[0-9.,]+|\\S))+)");

    private RushOnRealServers() {}

    /**
     * Starts the servers, runs the rush, and ends with its status.
     *
     * @param args the options of {@code rush}, and {@code --rounds}
     */
    public static void main(String[] args) throws Exception {
        List<String> options = new ArrayList<>(List.of(args));
        int at = options.indexOf("--rounds");
        int rounds = at < 0 ? 1 : Integer.parseInt(options.get(at + 1));
        if (at >= 0) {
            options.subList(at, at + 2).clear();
        }
        int exit = 0;
        Map<String, List<double[]>> table = new LinkedHashMap<>();
        // Without the lock every buyer waits on a database connection.
        try (MemcachedServer memcached = MemcachedServer.startOwn();
                MariaDbServer database = MariaDbServer.startOwn("--max-connections=1000")) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR, "rush"));
            command.addAll(List.of("--memcached", memcached.address()));
            command.addAll(List.of("--jdbc-url", database.jdbcUrl("rush")));
            command.addAll(List.of("--jdbc-user", database.user()));
            command.addAll(List.of("--jdbc-password", database.password()));
            command.addAll(options);
            for (int round = 0; round < rounds; round++) {
                exit = Math.max(exit, run(command, table));
            }
            System.out.println("memcached has counted " + counts(memcached));
        }
        if (rounds > 1) {
            System.out.printf("%nmedians of %d rounds%n", rounds);
            table.forEach((label, values) -> System.out.printf("  %-40s%s%n", label, medians(values)));
        }
        System.exit(exit);
    }

    /** The commands of all rounds, so that the operations per grant can be divided by what they are for. */
    private static String counts(MemcachedServer memcached) {
        return memcached.command("stats").stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 3 && COUNTED.contains(words[1]))
                .map(words -> words[1] + "=" + words[2])
                .collect(Collectors.joining(" "));
    }

    private static int run(List<String> command, Map<String, List<double[]>> table)
            throws IOException, InterruptedException {
        Process rush = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(rush.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println(line);
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    double[] cells = Arrays.stream(row.group(2).strip().split(" +", -1))
                            .mapToDouble(RushOnRealServers::number)
                            .toArray();
                    table.computeIfAbsent(row.group(1).strip(), label -> new ArrayList<>())
                            .add(cells);
                }
            }
        }
        return rush.waitFor();
    }

    /** A cell without a figure has one character. */
    private static double number(String cell) {
        return cell.matches("[0-9.,]+") ? Double.parseDouble(cell.replace(",", "")) : Double.NaN;
    }

    private static String medians(List<double[]> rounds) {
        StringBuilder cells = new StringBuilder();
        for (int column = 0; column < rounds.get(0).length; column++) {
            int of = column;
            double[] sorted =
                    rounds.stream().mapToDouble(round -> round[of]).sorted().toArray();
            double median = (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
            cells.append(String.format(Locale.ROOT, "%14.1f", median));
        }
        return cells.toString();
    }
}
