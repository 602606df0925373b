package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The result of a command that was run to its end.
 *
 * @param output standard output and standard error
 */
public record CommandResult(String command, int status, String output) {

    private static final Path NO_INPUT = Path.of("/dev/null");

    /** Runs a command without input. */
    public static CommandResult of(String... command) {
        return of(List.of(command), NO_INPUT);
    }

    /** Runs a command that reads its standard input from a file. */
    static CommandResult of(List<String> command, Path input) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(input.toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new CommandResult(String.join(" ", command), process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command.get(0), e);
        }
    }

    /**
     * Returns this result of a command that succeeded.
     *
     * @throws IllegalStateException if the status is not 0; the message contains the output
     */
    public CommandResult orThrow() {
        if (status != 0) {
            throw new IllegalStateException(command + " ended with status " + status + ":\n" + output);
        }
        return this;
    }
}
