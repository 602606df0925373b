package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' tool that checks metrics and rules, from Debian's package {@code prometheus} or {@code PROMTOOL}. */
public final class Promtool {

    private static final Path NO_INPUT = Path.of("/dev/null");

    private Promtool() {}

    /** Runs {@code promtool check metrics}, which fails on every finding. */
    public static CommandResult checkMetrics(String text) {
        try {
            Path input = Files.createTempFile("doorbuster-metrics-", ".txt");
            try {
                Files.writeString(input, text);
                return run(input, "check", "metrics");
            } finally {
                Files.delete(input);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code promtool check rules}. */
    public static CommandResult checkRules(Path rules) {
        return run(NO_INPUT, "check", "rules", rules.toString());
    }

    /** Runs {@code promtool test rules}. */
    public static CommandResult testRules(Path tests) {
        return run(NO_INPUT, "test", "rules", tests.toString());
    }

    private static CommandResult run(Path input, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(SystemPackage.programOrGiven("promtool", "prometheus", "PROMTOOL")
                .toString());
        command.addAll(List.of(arguments));
        return CommandResult.of(command, input);
    }
}
