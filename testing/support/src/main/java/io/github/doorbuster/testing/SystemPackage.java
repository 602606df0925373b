package io.github.doorbuster.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A program that tests need from the operating system, installed by apt where that is possible. */
final class SystemPackage {

    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin");

    private SystemPackage() {}

    /**
     * Finds a program, installing its Debian package if it is missing and we may.
     *
     * @param program the name of the executable
     * @param debianPackage the package that brings it
     * @param variable the environment variable by which a server of one's own can be named instead
     * @return the path of the executable
     */
    static Path program(String program, String debianPackage, String variable) {
        return find(program).orElseGet(() -> {
            install(List.of(debianPackage), program + " is not installed", variable);
            return find(program)
                    .orElseThrow(() -> new IllegalStateException(
                            "package " + debianPackage + " is installed but brought no " + program));
        });
    }

    /**
     * Returns the program that a variable gives the path of, or else finds it as {@link #program} does.
     *
     * @param program the name of the executable
     * @param debianPackage the package that brings it
     * @param variable the environment variable
     * @return the path of the executable
     */
    static Path programOrGiven(String program, String debianPackage, String variable) {
        String given = System.getenv(variable);
        return given == null || given.isBlank() ? program(program, debianPackage, variable) : Path.of(given.strip());
    }

    /**
     * Installs Debian packages, or fails with a message that says how to get by without us.
     *
     * @param packages the packages
     * @param reason what is missing, as the start of a sentence
     * @param variable the environment variable by which a server of one's own can be named instead
     */
    static synchronized void install(List<String> packages, String reason, String variable) {
        String wanted = String.join(" ", packages);
        Optional<Path> apt = find("apt-get");
        if (apt.isEmpty() || !isRoot()) {
            throw new IllegalStateException(reason + "; install it (Debian: apt-get install " + wanted + ") or set "
                    + variable + " to a server of your own");
        }
        System.err.println("testing-support: " + reason + ", installing: " + wanted);
        run(apt.get().toString(), "-q", "update");
        List<String> command =
                new ArrayList<>(List.of(apt.get().toString(), "-q", "-y", "--no-install-recommends", "install"));
        command.addAll(packages);
        run(command.toArray(String[]::new));
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static Optional<Path> find(String program) {
        List<String> directories = new ArrayList<>();
        String path = System.getenv("PATH");
        if (path != null) {
            directories.addAll(List.of(path.split(File.pathSeparator)));
        }
        directories.addAll(SYSTEM_DIRECTORIES);
        return directories.stream()
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void run(String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            // A package that starts a service of its own would do so on the port of its choice.
            builder.environment().put("RUNLEVEL", "1");
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command[0], e);
        }
    }
}
