package io.github.doorbuster.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Programs that tests need from the operating system. As root on Debian, missing ones are installed with apt-get. */
final class SystemPackage {

    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin");

    private SystemPackage() {}

    /**
     * Returns the path of a program.
     *
     * @param variable the environment variable that names a server to use instead, for the error message
     */
    static Path program(String program, String debianPackage, String variable) {
        return find(program).orElseGet(() -> {
            install(List.of(debianPackage), program + " is not installed", variable);
            return find(program)
                    .orElseThrow(() -> new IllegalStateException("package " + debianPackage + " has no " + program));
        });
    }

    /** Returns the path in an environment variable, or that of the system's program. */
    static Path programOrGiven(String program, String debianPackage, String variable) {
        String given = System.getenv(variable);
        return given == null || given.isBlank() ? program(program, debianPackage, variable) : Path.of(given.strip());
    }

    /**
     * Installs Debian packages.
     *
     * @param reason what is missing, as the start of a sentence
     * @param variable the environment variable that names a server to use instead
     * @throws IllegalStateException if this is not root on Debian; the message says what to do
     */
    static synchronized void install(List<String> packages, String reason, String variable) {
        String wanted = String.join(" ", packages);
        Optional<Path> apt = find("apt-get");
        if (apt.isEmpty() || !isRoot()) {
            throw new IllegalStateException(reason + "; install it (Debian: apt-get install " + wanted + ") or set "
                    + variable + " to a server of your own");
        }
        System.err.println("testing-support: " + reason + ", installing: " + wanted);
        apt(apt.get(), "update");
        List<String> install = new ArrayList<>(List.of("-y", "--no-install-recommends", "install"));
        install.addAll(packages);
        apt(apt.get(), install.toArray(String[]::new));
    }

    /** At run level 1 a package does not start its service. */
    private static void apt(Path apt, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", apt.toString(), "-q"));
        command.addAll(List.of(arguments));
        CommandResult.of(command.toArray(String[]::new)).orThrow();
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
}
